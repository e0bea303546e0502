/** Reading a data file: bytes, their hash, and strict UTF-8. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { malformed } from './csv-table.ts'
import type { DataFile } from './types.ts'

/** Largest data file that is read; the published sets are below 1 MB, WikiText-103's test text below 2 MB. */
const maxBytes = 256 * 1024 * 1024

/** The file as text, and the sha256 of its bytes (64 hex digits). Throws `not-found` or `malformed-file`. */
export async function readDataFile(path: string): Promise<{ file: DataFile; dataHash: string }> {
  const name = basename(path)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ActbenchError({
      code: 'not-found',
      message: `${path}: the data file could not be read.`,
      remedy: 'Check that it is still there, or obtain the suite again on the Suites page.',
      cause,
    })
  })
  if (bytes.length > maxBytes) {
    throw malformed({ name }, `expected at most ${maxBytes} bytes, found ${bytes.length}`)
  }
  const dataHash = createHash('sha256').update(bytes).digest('hex')
  return { file: { name, text: decodeUtf8(name, bytes) }, dataHash }
}

/** Strict UTF-8, a byte order mark removed. Other encodings are refused: guessing would change prompts silently. */
export function decodeUtf8(name: string, bytes: Uint8Array): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw malformed({ name }, 'expected UTF-8, found UTF-16')
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw malformed({ name }, 'expected plain text, found gzip data; unpack it first')
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed({ name }, 'expected UTF-8, found bytes of another encoding')
  }
  if (text.includes('\0')) throw malformed({ name }, 'expected text, found a NUL byte')
  return text
}
