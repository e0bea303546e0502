import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { openCheckpoint } from './open.ts'

/** Files of a safetensors directory that change what the model computes or reads, beside the weights. */
const companionNames = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'tokenizer.model',
  'vocab.json',
  'merges.txt',
  'chat_template.jinja',
] as const

/**
 * SHA-256, in hex, that identifies a checkpoint's bytes. Of a single GGUF file it is the sum of the file itself, so that
 * it equals published sums. Of several files it is the sum of the lines `<name> <sha256>\n`, sorted by name, of weights,
 * configuration and tokenizer files. Streams; `signal` stops it between chunks with an AbortError.
 */
export async function fingerprintCheckpoint(path: string, signal?: AbortSignal): Promise<string> {
  const checkpoint = openCheckpoint(path)
  if (checkpoint.format === 'gguf' && checkpoint.files.length === 1) {
    return hashFile(checkpoint.files[0], signal)
  }
  const companions =
    checkpoint.format === 'safetensors'
      ? companionNames.map((name) => join(checkpoint.path, name)).filter((file) => existsSync(file))
      : []
  return fingerprintFiles([...checkpoint.files, ...companions], signal)
}

/** SHA-256, in hex, of the lines `<name> <sha256>\n`, sorted, one for each file. Streams, as above. */
export async function fingerprintFiles(
  files: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const lines: string[] = []
  for (const file of files) {
    lines.push(`${basename(file)} ${await hashFile(file, signal)}\n`)
  }
  return createHash('sha256').update(lines.sort().join('')).digest('hex')
}

async function hashFile(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256')
  const stream = createReadStream(file, {
    highWaterMark: 4 * 1024 * 1024,
    ...(signal === undefined ? {} : { signal }),
  })
  for await (const chunk of stream) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
