import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectFailure, scratchFolder } from './fixtures/scratch.ts'
import { f32Tensor, writeGguf, type GgufValue } from './fixtures/write-gguf.ts'
import { f32Entry, writeSafetensors, writeShardedDirectory } from './fixtures/write-safetensors.ts'
import { openCheckpoint } from './open.ts'
import { readTensorBytes, readTensorF32 } from './read.ts'

const architecture: GgufValue = { type: 'string', value: 'llama' }

function writeModel(file: string): void {
  const metadata = { 'general.architecture': architecture }
  writeGguf(file, { metadata, tensors: [f32Tensor('w', [2], [1, 2])] })
}

/** Three parts of one tensor each, as gguf-split names and numbers them. Returns the folder. */
function writeParts(change: (index: number) => Record<string, GgufValue> = () => ({})): string {
  const folder = scratchFolder()
  for (let index = 0; index < 3; index++) {
    const metadata: Record<string, GgufValue> = {
      ...(index === 0 ? { 'general.architecture': architecture } : {}),
      'split.no': { type: 'u16', value: index },
      'split.count': { type: 'u16', value: 3 },
      'split.tensors.count': { type: 'i32', value: 3 },
      ...change(index),
    }
    const tensors = [f32Tensor(`w${index}`, [1], [index])]
    writeGguf(join(folder, `m-0000${index + 1}-of-00003.gguf`), { metadata, tensors })
  }
  return folder
}

function writeShards(): string {
  const folder = scratchFolder()
  writeShardedDirectory(folder, {
    'model-00001-of-00002.safetensors': { a: f32Entry([1], [1]), b: f32Entry([1], [2]) },
    'model-00002-of-00002.safetensors': { c: f32Entry([2], [3, 4]) },
  })
  return folder
}

function writeSingle(config: Record<string, unknown> = { model_type: 'llama' }): string {
  const folder = scratchFolder()
  writeSafetensors(join(folder, 'model.safetensors'), { a: f32Entry([1], [1]) })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  return folder
}

describe('GGUF', () => {
  it('is recognised by its bytes, whatever its name', () => {
    const file = join(scratchFolder(), 'weights.bin')
    writeModel(file)
    const checkpoint = openCheckpoint(file)
    expect(checkpoint).toMatchObject({ format: 'gguf', path: file, architecture: 'llama' })
    expect(checkpoint.files).toEqual([file])
  })

  it('opens from a folder that holds just one model, and asks when there are two', () => {
    const folder = scratchFolder()
    expectFailure(() => openCheckpoint(folder), 'not-found', folder, '.gguf')
    writeModel(join(folder, 'one.gguf'))
    expect(openCheckpoint(folder).path).toBe(join(folder, 'one.gguf'))
    writeModel(join(folder, 'two.gguf'))
    expectFailure(() => openCheckpoint(folder), 'invalid-input', 'one.gguf, two.gguf')
  })

  it('needs an architecture', () => {
    const file = join(scratchFolder(), 'model.gguf')
    writeGguf(file, { metadata: {}, tensors: [] })
    expectFailure(() => openCheckpoint(file), 'malformed-file', 'general.architecture', 'nothing')
  })

  it('says so when a tensor has gone from the file since it was opened', () => {
    const file = join(scratchFolder(), 'model.gguf')
    writeModel(file)
    const tensor = openCheckpoint(file).tensors.get('w')!
    expect([...readTensorF32(tensor)]).toEqual([1, 2])
    truncateSync(file, tensor.offset + 4)
    expectFailure(() => readTensorBytes(tensor), 'malformed-file', 'tensor w', '8 bytes')
    rmSync(file)
    expectFailure(() => readTensorBytes(tensor), 'not-found', file)
  })
})

describe('split GGUF', () => {
  it.each([1, 2, 3])('opens whole from part %d, and from its folder', (part) => {
    const folder = writeParts()
    const checkpoint = openCheckpoint(join(folder, `m-0000${part}-of-00003.gguf`))
    expect([...checkpoint.tensors.keys()].sort()).toEqual(['w0', 'w1', 'w2'])
    expect([...readTensorF32(checkpoint.tensors.get('w2')!)]).toEqual([2])
    expect(checkpoint.files.length).toBe(3)
    expect(openCheckpoint(folder)).toEqual(checkpoint)
  })

  it('names the part that is missing', () => {
    const folder = writeParts()
    rmSync(join(folder, 'm-00002-of-00003.gguf'))
    const open = () => openCheckpoint(join(folder, 'm-00001-of-00003.gguf'))
    expectFailure(open, 'not-found', 'm-00002-of-00003.gguf', '3 parts')
  })

  it('refuses parts that do not belong together', () => {
    const swapped = writeParts()
    const name = (part: number) => join(swapped, `m-0000${part}-of-00003.gguf`)
    renameSync(name(2), join(swapped, 'keep'))
    renameSync(name(3), name(2))
    renameSync(join(swapped, 'keep'), name(3))
    expectFailure(() => openCheckpoint(name(1)), 'malformed-file', 'split.no', '1 and 3', '2 and 3')
    const count = (value: number): GgufValue => ({ type: 'i32', value })
    const fewer = writeParts(() => ({ 'split.tensors.count': count(4) }))
    expectFailure(() => openCheckpoint(fewer), 'malformed-file', 'split.tensors.count', '4', '3')
  })

  it('refuses part numbers that make no sense', () => {
    const file = join(scratchFolder(), 'm-00004-of-00003.gguf')
    writeModel(file)
    expectFailure(() => openCheckpoint(file), 'malformed-file', 'file name', '4 of 3')
  })
})

describe('safetensors', () => {
  it('opens from the folder and from the file in it', () => {
    const folder = writeSingle({ model_type: 'qwen2', hidden_size: 8 })
    const checkpoint = openCheckpoint(folder)
    expect(checkpoint).toMatchObject({ format: 'safetensors', path: folder, architecture: 'qwen2' })
    expect(checkpoint.config.hidden_size).toBe(8)
    expect(openCheckpoint(join(folder, 'model.safetensors'))).toEqual(checkpoint)
  })

  it('opens shards by their index', () => {
    const checkpoint = openCheckpoint(writeShards())
    expect(checkpoint.files.map((file) => basename(file))).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ])
    expect([...readTensorF32(checkpoint.tensors.get('c')!)]).toEqual([3, 4])
  })

  it('names the shard that is missing', () => {
    const folder = writeShards()
    rmSync(join(folder, 'model-00002-of-00002.safetensors'))
    expectFailure(() => openCheckpoint(folder), 'not-found', 'model-00002-of-00002.safetensors')
  })

  it.each([
    ['a tensor that no shard has', { extra: 'model-00001-of-00002.safetensors' }, 'extra'],
    ['a tensor in another shard', { c: 'model-00001-of-00002.safetensors' }, 'weight_map'],
    ['a shard outside the folder', { c: '../model.safetensors' }, '../model.safetensors'],
    ['a shard by absolute path', { c: '/etc/passwd' }, '/etc/passwd'],
  ])('refuses an index with %s', (_, change, part) => {
    const folder = writeShards()
    const [first, second] = [1, 2].map((number) => `model-0000${number}-of-00002.safetensors`)
    const weightMap = { a: first, b: first, c: second, ...change }
    const index = join(folder, 'model.safetensors.index.json')
    writeFileSync(index, JSON.stringify({ weight_map: weightMap }))
    expectFailure(() => openCheckpoint(folder), 'malformed-file', 'index.json', part)
  })

  it('refuses an index without a tensor that a shard has', () => {
    const folder = writeShards()
    const [first, second] = [1, 2].map((number) => `model-0000${number}-of-00002.safetensors`)
    const index = join(folder, 'model.safetensors.index.json')
    writeFileSync(index, JSON.stringify({ weight_map: { a: first, c: second } }))
    expectFailure(() => openCheckpoint(folder), 'malformed-file', 'weight_map b', 'no entry')
  })

  it.each(['{', '[]', '{"weight_map": 3}'])('refuses the index %s', (text) => {
    const folder = writeShards()
    writeFileSync(join(folder, 'model.safetensors.index.json'), text)
    expectFailure(() => openCheckpoint(folder), 'malformed-file', 'index.json')
  })

  it('needs a config.json that names an architecture', () => {
    const folder = writeSingle({ hidden_size: 8 })
    expectFailure(() => openCheckpoint(folder), 'malformed-file', 'config.json', 'model_type')
    writeFileSync(join(folder, 'config.json'), 'nope')
    expectFailure(() => openCheckpoint(folder), 'malformed-file', 'config.json', 'JSON')
    rmSync(join(folder, 'config.json'))
    expectFailure(() => openCheckpoint(folder), 'not-found', 'config.json')
  })

  it('refuses weights packed by a quantisation method, naming it', () => {
    const folder = writeSingle({
      model_type: 'llama',
      quantization_config: { quant_method: 'awq' },
    })
    expectFailure(() => openCheckpoint(folder), 'unsupported', 'awq')
  })

  it('does not take a file for part of a model that it is not part of', () => {
    const folder = writeSingle()
    writeSafetensors(join(folder, 'adapter.safetensors'), { x: f32Entry([1], [1]) })
    const open = () => openCheckpoint(join(folder, 'adapter.safetensors'))
    expectFailure(open, 'invalid-input', 'adapter.safetensors')
  })
})

describe('anything else', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), 'malformed-file', 'an empty file'],
    ['text', Buffer.from('Hello, world, this is text'), 'malformed-file', 'first bytes'],
    ['a zip archive', Buffer.from('PK\x03\x04and more bytes'), 'unsupported', 'pickle'],
    ['a pickle', Buffer.from('\x80\x02ccollections', 'latin1'), 'unsupported', 'pickle'],
  ])('is refused: %s', (_, bytes, code, part) => {
    const file = join(scratchFolder(), 'model.gguf')
    writeFileSync(file, bytes)
    expectFailure(() => openCheckpoint(file), code, 'model.gguf', part)
  })

  it('is not found: a path that does not exist', () => {
    const path = join(scratchFolder(), 'nowhere')
    expectFailure(() => openCheckpoint(path), 'not-found', path)
    mkdirSync(path)
    expectFailure(() => openCheckpoint(path), 'not-found', path)
  })
})
