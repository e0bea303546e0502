import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fingerprintCheckpoint } from './fingerprint.ts'
import { scratchFolder } from './fixtures/scratch.ts'
import { f32Tensor, writeGguf } from './fixtures/write-gguf.ts'
import { f32Entry, writeSafetensors } from './fixtures/write-safetensors.ts'

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('fingerprintCheckpoint', () => {
  it('of one GGUF file is the sum of the file, as publishers state it', async () => {
    const file = join(scratchFolder(), 'model.gguf')
    const metadata = { 'general.architecture': { type: 'string', value: 'llama' } } as const
    writeGguf(file, { metadata, tensors: [f32Tensor('w', [1], [1])] })
    expect(await fingerprintCheckpoint(file)).toBe(sha256(readFileSync(file)))
  })

  it('of a folder covers weights, configuration and tokenizer, and nothing else', async () => {
    const folder = scratchFolder()
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
    writeSafetensors(join(folder, 'model.safetensors'), { a: f32Entry([1], [1]) })
    write('config.json', '{"model_type":"llama"}')
    write('tokenizer.json', '{}')
    const names = ['config.json', 'model.safetensors', 'tokenizer.json']
    const lines = names.map((name) => `${name} ${sha256(readFileSync(join(folder, name)))}\n`)
    const sum = await fingerprintCheckpoint(folder)
    expect(sum).toBe(sha256(lines.join('')))
    write('README.md', 'words')
    expect(await fingerprintCheckpoint(folder)).toBe(sum)
    write('tokenizer.json', '{ }')
    expect(await fingerprintCheckpoint(folder)).not.toBe(sum)
  })

  it('stops when it is told to', async () => {
    const file = join(scratchFolder(), 'model.gguf')
    const metadata = { 'general.architecture': { type: 'string', value: 'llama' } } as const
    writeGguf(file, { metadata, tensors: [] })
    await expect(fingerprintCheckpoint(file, AbortSignal.abort())).rejects.toThrow(/abort/iu)
  })
})
