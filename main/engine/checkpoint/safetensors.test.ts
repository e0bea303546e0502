import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectFailure, scratchFolder } from './fixtures/scratch.ts'
import { encodeSafetensors, f32Entry, withHeader } from './fixtures/write-safetensors.ts'
import { readTensorF32 } from './read.ts'
import { MAX_HEADER_BYTES, readSafetensors } from './safetensors.ts'

const minimal = {
  a: f32Entry([2, 2], [1, 2, 3, 4]),
  b: { dtype: 'BF16', shape: [3], bytes: Uint8Array.from([0x80, 0x3f, 0, 0x40, 0x40, 0x40]) },
}

function fileOf(bytes: Uint8Array): string {
  const file = join(scratchFolder(), 'model.safetensors')
  writeFileSync(file, bytes)
  return file
}

/** A file whose header says `entries`, followed by `dataBytes` zeros. */
function fileSaying(entries: unknown, dataBytes: number): string {
  return fileOf(withHeader(JSON.stringify(entries), new Uint8Array(dataBytes)))
}

describe('a sound file', () => {
  it('gives its float tensors', () => {
    const tensors = readSafetensors(fileOf(encodeSafetensors(minimal)))
    expect([...tensors.keys()]).toEqual(['a', 'b'])
    expect([...readTensorF32(tensors.get('a')!)]).toEqual([1, 2, 3, 4])
    expect(tensors.get('b')).toMatchObject({ encoding: 'BF16', shape: [3], byteLength: 6 })
    expect([...readTensorF32(tensors.get('b')!)]).toEqual([1, 2, 3])
  })

  it('accepts scalars, empty tensors and a header padded with spaces', () => {
    const scalar = { dtype: 'F32', shape: [], data_offsets: [0, 4] }
    const empty = { dtype: 'F32', shape: [0, 5], data_offsets: [4, 4] }
    const header = `${JSON.stringify({ scalar, empty })}     `
    const tensors = readSafetensors(fileOf(withHeader(header, new Uint8Array(4))))
    expect(tensors.get('scalar')?.shape).toEqual([])
    expect(tensors.get('empty')?.byteLength).toBe(0)
  })

  it('leaves out integer buffers but checks their place', () => {
    const ids = { dtype: 'I64', shape: [2], bytes: new Uint8Array(16) }
    const tensors = readSafetensors(fileOf(encodeSafetensors({ ids, ...minimal })))
    expect([...tensors.keys()]).toEqual(['a', 'b'])
    const wrong = { ids: { dtype: 'I64', shape: [2], data_offsets: [0, 8] } }
    expectFailure(() => readSafetensors(fileSaying(wrong, 8)), 'malformed-file', 'tensor ids', '16')
  })
})

describe('a damaged file', () => {
  it('is refused wherever it is cut off', () => {
    const bytes = encodeSafetensors(minimal)
    const file = fileOf(bytes)
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length))
      expectFailure(() => readSafetensors(file), 'malformed-file', 'model.safetensors')
    }
  })

  it('is refused when bytes follow the last tensor', () => {
    const bytes = encodeSafetensors(minimal)
    const longer = new Uint8Array(bytes.length + 1)
    longer.set(bytes)
    expectFailure(() => readSafetensors(fileOf(longer)), 'malformed-file', 'tensor data', '23')
  })

  it('is refused when its header is longer than the limit or than the file', () => {
    const bytes = Buffer.from(encodeSafetensors(minimal))
    bytes.writeBigUInt64LE(BigInt(MAX_HEADER_BYTES) + 1n)
    expectFailure(() => readSafetensors(fileOf(bytes)), 'malformed-file', 'header length')
    bytes.writeBigUInt64LE(1000n)
    expectFailure(() => readSafetensors(fileOf(bytes)), 'malformed-file', 'header', '1000 bytes')
  })

  it.each([
    ['not JSON', '{"a": '],
    ['a list', '[]   '],
    ['null', 'null '],
  ])('is refused when its header is %s', (_, header) => {
    expectFailure(() => readSafetensors(fileOf(withHeader(header))), 'malformed-file', 'header')
  })
})

describe('a header that lies', () => {
  const f32 = (begin: number, end: number) => ({
    dtype: 'F32',
    shape: [(end - begin) / 4],
    data_offsets: [begin, end],
  })

  it.each([
    ['an overlap', { a: f32(0, 8), b: f32(4, 12) }, 12],
    ['a hole', { a: f32(0, 4), b: f32(8, 12) }, 12],
    ['a hole', { a: f32(4, 8) }, 8],
    ['bytes after the header', { a: f32(0, 400) }, 8],
  ])('is refused: %s', (what, entries, dataBytes) => {
    expectFailure(() => readSafetensors(fileSaying(entries, dataBytes)), 'malformed-file', what)
  })

  it.each([
    ['a length that is not its shape', { dtype: 'F32', shape: [3], data_offsets: [0, 8] }],
    ['a negative extent', { dtype: 'F32', shape: [-2], data_offsets: [0, 8] }],
    ['a fractional offset', { dtype: 'F32', shape: [2], data_offsets: [0.5, 8.5] }],
    ['an end before the begin', { dtype: 'F32', shape: [2], data_offsets: [8, 0] }],
    ['no offsets', { dtype: 'F32', shape: [2] }],
    ['seventeen dimensions', { dtype: 'F32', shape: Array(17).fill(1), data_offsets: [0, 8] }],
    ['a string', 'weights'],
  ])('is refused: %s', (_, entry) => {
    expectFailure(() => readSafetensors(fileSaying({ a: entry }, 8)), 'malformed-file', 'tensor a')
  })

  it.each(['F64', 'F8_E4M3', 'F4', 'Q4'])('is unsupported: dtype %s', (dtype) => {
    const entries = { a: { dtype, shape: [1], data_offsets: [0, 8] } }
    expectFailure(() => readSafetensors(fileSaying(entries, 8)), 'unsupported', 'tensor a', dtype)
  })
})
