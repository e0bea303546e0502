import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectFailure, scratchFolder } from './fixtures/scratch.ts'
import {
  countingTensor,
  encodeGguf,
  f32Tensor,
  type GgufContent,
  type GgufValue,
} from './fixtures/write-gguf.ts'
import {
  MAX_ALIGNMENT_BYTES,
  MAX_DIMENSIONS,
  MAX_TENSOR_NAME_BYTES,
  MAX_TENSORS,
  readGguf,
} from './gguf.ts'
import {
  MAX_ARRAY_ELEMENTS,
  MAX_KEY_BYTES,
  MAX_METADATA_PAIRS,
  MAX_STRING_BYTES,
} from './gguf-metadata.ts'
import { readTensorF32 } from './read.ts'

const minimal: GgufContent = {
  metadata: {
    'general.architecture': { type: 'string', value: 'llama' },
    'llama.block_count': { type: 'u32', value: 2 },
  },
  tensors: [
    f32Tensor('a.weight', [2, 3], [1, 2, 3, 4, 5, 6]),
    countingTensor('b.weight', 'Q8_0', [2, 64]),
  ],
}

const tensorCountAt = 8
const metadataCountAt = 16
const firstKeyLengthAt = 24
const firstTypeAt = 24 + 8 + 'general.architecture'.length

function fileOf(content: GgufContent, change: (bytes: Buffer) => Buffer | void = () => undefined) {
  const file = join(scratchFolder(), 'model.gguf')
  const bytes = Buffer.from(encodeGguf(content))
  writeFileSync(file, change(bytes) ?? bytes)
  return file
}

function withMetadata(extra: Readonly<Record<string, GgufValue>>): GgufContent {
  return { ...minimal, metadata: { ...minimal.metadata, ...extra } }
}

/** Where the header of tensor `name` has the field after its name: dimensions, extents, type, offset. */
function afterName(bytes: Buffer, name: string): number {
  return bytes.indexOf(name) + name.length
}

describe('a sound file', () => {
  it('gives tensors in our order of dimensions, with their place in the file', () => {
    const { tensors } = readGguf(fileOf(minimal))
    const a = tensors.get('a.weight')!
    expect(a.shape).toEqual([2, 3])
    expect([...readTensorF32(a)]).toEqual([1, 2, 3, 4, 5, 6])
    const b = tensors.get('b.weight')!
    expect(b).toMatchObject({ encoding: 'Q8_0', shape: [2, 64], byteLength: 136 })
    expect(b.offset % 32).toBe(0)
  })

  it('reads version 2 and another alignment', () => {
    const content = { ...minimal, version: 2, alignment: 64 }
    const alignment: GgufValue = { type: 'u32', value: 64 }
    const metadata = { ...minimal.metadata, 'general.alignment': alignment }
    const { tensors } = readGguf(fileOf({ ...content, metadata }))
    expect([...readTensorF32(tensors.get('a.weight')!)]).toEqual([1, 2, 3, 4, 5, 6])
    expect(tensors.get('b.weight')!.offset % 64).toBe(0)
  })

  it('reads every metadata type, and 64-bit integers exactly', () => {
    const { metadata } = readGguf(
      fileOf(
        withMetadata({
          u8: { type: 'u8', value: 255 },
          i8: { type: 'i8', value: -128 },
          u16: { type: 'u16', value: 65535 },
          i16: { type: 'i16', value: -32768 },
          u32: { type: 'u32', value: 4294967295 },
          i32: { type: 'i32', value: -2147483648 },
          f32: { type: 'f32', value: 0.5 },
          f64: { type: 'f64', value: 0.1 },
          bool: { type: 'bool', value: true },
          small: { type: 'u64', value: 7 },
          large: { type: 'u64', value: 2n ** 63n },
          negative: { type: 'i64', value: -5 },
          strings: { type: 'array', of: 'string', values: ['', 'é', '\u{1F600}'] },
          longs: { type: 'array', of: 'i64', values: [1, -2] },
          huge: { type: 'array', of: 'u64', values: [1, 2n ** 60n] },
          flags: { type: 'array', of: 'bool', values: [true, false] },
          floats: { type: 'array', of: 'f32', values: [1.5, -2] },
        }),
      ),
    )
    expect(Object.fromEntries(metadata)).toMatchObject({
      u8: 255,
      i8: -128,
      u16: 65535,
      i16: -32768,
      u32: 4294967295,
      i32: -2147483648,
      f32: 0.5,
      f64: 0.1,
      bool: true,
      small: 7,
      large: 2n ** 63n,
      negative: -5,
      strings: ['', 'é', '\u{1F600}'],
      longs: [1, -2],
      huge: [1n, 2n ** 60n],
      flags: [true, false],
      floats: [1.5, -2],
    })
  })

  it('keeps U+FEFF in strings: it is a token of some vocabularies', () => {
    const tokens = ['\uFEFF', '\uFEFFusing']
    const { metadata } = readGguf(
      fileOf(withMetadata({ tokens: { type: 'array', of: 'string', values: tokens } })),
    )
    expect(metadata.get('tokens')).toEqual(tokens)
  })

  it('reads metadata that is larger than several windows', () => {
    const values = Array.from({ length: 60_000 }, (_, i) => `token number ${i}`)
    const { metadata, tensors } = readGguf(
      fileOf(withMetadata({ tokens: { type: 'array', of: 'string', values } })),
    )
    expect(metadata.get('tokens')).toEqual(values)
    expect([...readTensorF32(tensors.get('a.weight')!)]).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('a truncated file', () => {
  const bytes = encodeGguf(minimal)
  it('is refused wherever it ends', () => {
    const file = join(scratchFolder(), 'model.gguf')
    // The last tensor takes 136 bytes and is padded to 160: the padding may be missing, nothing else.
    for (let length = 0; length < bytes.length - 24; length++) {
      writeFileSync(file, bytes.subarray(0, length))
      expectFailure(() => readGguf(file), 'malformed-file', 'model.gguf')
    }
    writeFileSync(file, bytes.subarray(0, bytes.length - 24))
    expect(readGguf(file).tensors.size).toBe(2)
  })
})

describe('a file over a limit', () => {
  const over = (at: number, limit: number) => (buffer: Buffer) => {
    buffer.writeBigUInt64LE(BigInt(limit) + 1n, at)
  }

  it.each([
    ['tensor count', tensorCountAt, MAX_TENSORS],
    ['metadata count', metadataCountAt, MAX_METADATA_PAIRS],
    ['metadata key 0: length', firstKeyLengthAt, MAX_KEY_BYTES],
    ['metadata general.architecture: length', firstTypeAt + 4, MAX_STRING_BYTES],
  ])('is refused: %s', (field, at, limit) => {
    const file = fileOf(minimal, over(at, limit))
    expectFailure(() => readGguf(file), 'malformed-file', field, `${limit}`, `${limit + 1}`)
  })

  it('is refused: array length', () => {
    const content = withMetadata({ list: { type: 'array', of: 'u8', values: [1, 2, 3] } })
    const lengthAt = (buffer: Buffer) => afterName(buffer, 'list') + 8
    const file = fileOf(content, (buffer) => over(lengthAt(buffer), MAX_ARRAY_ELEMENTS)(buffer))
    expectFailure(() => readGguf(file), 'malformed-file', 'list: length', `${MAX_ARRAY_ELEMENTS}`)
  })

  it('is refused: tensor name', () => {
    const name = 'n'.repeat(MAX_TENSOR_NAME_BYTES + 1)
    const file = fileOf({ ...minimal, tensors: [f32Tensor(name, [1], [1])] })
    expectFailure(() => readGguf(file), 'malformed-file', 'tensor 0: name')
  })

  it('is refused: dimensions', () => {
    const shape = Array.from({ length: MAX_DIMENSIONS + 1 }, () => 1)
    const file = fileOf({ ...minimal, tensors: [f32Tensor('deep', shape, [1])] })
    expectFailure(() => readGguf(file), 'malformed-file', 'tensor deep', 'at most 4')
  })

  it.each([0, 3, MAX_ALIGNMENT_BYTES * 2])('is refused: alignment %d', (alignment) => {
    const file = fileOf(withMetadata({ 'general.alignment': { type: 'u32', value: alignment } }))
    expectFailure(() => readGguf(file), 'malformed-file', 'general.alignment', `${alignment}`)
  })
})

describe('a file that lies', () => {
  it('about an array length within the limit but beyond the file', () => {
    const content = withMetadata({ list: { type: 'array', of: 'u32', values: [1] } })
    const file = fileOf(content, (buffer) => {
      buffer.writeBigUInt64LE(1_000_000n, afterName(buffer, 'list') + 8)
    })
    expectFailure(() => readGguf(file), 'malformed-file', 'list: length', '1000000 elements')
  })

  it('about the length of a tensor', () => {
    const file = fileOf(minimal, (buffer) => {
      buffer.writeBigUInt64LE(64n * 1024n, afterName(buffer, 'b.weight') + 4)
    })
    expectFailure(() => readGguf(file), 'malformed-file', 'tensor b.weight', 'end of the file')
  })

  it('about dimensions whose product overflows', () => {
    const file = fileOf(minimal, (buffer) => {
      buffer.writeBigUInt64LE(2n ** 52n, afterName(buffer, 'a.weight') + 4)
      buffer.writeBigUInt64LE(2n ** 52n, afterName(buffer, 'a.weight') + 12)
    })
    expectFailure(() => readGguf(file), 'malformed-file', 'tensor a.weight', 'exact product')
  })

  it('with a row that does not fill whole blocks', () => {
    const file = fileOf(minimal, (buffer) => {
      buffer.writeBigUInt64LE(48n, afterName(buffer, 'b.weight') + 4)
    })
    expectFailure(() => readGguf(file), 'malformed-file', 'multiple of 32', '48')
  })

  it('with overlapping tensors', () => {
    const file = fileOf(minimal, (buffer) => {
      buffer.writeBigUInt64LE(0n, afterName(buffer, 'b.weight') + 4 + 16 + 4)
    })
    expectFailure(() => readGguf(file), 'malformed-file', 'where', 'ends')
  })

  it('with an offset off the alignment', () => {
    const file = fileOf(minimal, (buffer) => {
      buffer.writeBigUInt64LE(33n, afterName(buffer, 'b.weight') + 4 + 16 + 4)
    })
    expectFailure(() => readGguf(file), 'malformed-file', 'multiple of 32', '33')
  })

  it('with two tensors or two values of one name', () => {
    const tensor = f32Tensor('a.weight', [1], [1])
    const file = fileOf({ ...minimal, tensors: [tensor, tensor] })
    expectFailure(() => readGguf(file), 'malformed-file', 'tensor a.weight', 'a second one')
    const twice = fileOf(withMetadata({ 'llama.block_counX': { type: 'u32', value: 1 } }), (b) => {
      b.write('t', afterName(b, 'llama.block_coun'.concat('X')) - 1)
    })
    expectFailure(() => readGguf(twice), 'malformed-file', 'llama.block_count', 'a second one')
  })

  it('with a boolean or a value type that does not exist', () => {
    const flag = withMetadata({ flag: { type: 'bool', value: true } })
    const two = fileOf(flag, (buffer) => void buffer.writeUInt8(2, afterName(buffer, 'flag') + 4))
    expectFailure(() => readGguf(two), 'malformed-file', 'metadata flag', '0 or 1')
    const type = fileOf(minimal, (buffer) => void buffer.writeUInt32LE(13, firstTypeAt))
    expectFailure(() => readGguf(type), 'malformed-file', 'general.architecture', '13')
  })
})

describe('a file that we do not read', () => {
  it('is named: big-endian, version 1, version 4', () => {
    const big = fileOf(minimal, (buffer) => void buffer.writeUInt32BE(3, 4))
    expectFailure(() => readGguf(big), 'unsupported', 'big-endian')
    for (const version of [1, 4]) {
      const file = fileOf({ ...minimal, version })
      expectFailure(() => readGguf(file), 'unsupported', `version ${version}`)
    }
  })

  it.each([
    [10, 'Q2_K'],
    [22, 'IQ2_S'],
    [99, 'number 99'],
  ])('is named: ggml type %d, %s', (type, name) => {
    const file = fileOf(minimal, (buffer) => {
      buffer.writeUInt32LE(type, afterName(buffer, 'b.weight') + 4 + 16)
    })
    expectFailure(() => readGguf(file), 'unsupported', 'b.weight', name)
  })

  it('is named: arrays of arrays', () => {
    const single = withMetadata({ list: { type: 'array', of: 'u32', values: [1] } })
    const one = fileOf(single, (b) => void b.writeUInt32LE(9, afterName(b, 'list') + 4))
    expectFailure(() => readGguf(one), 'unsupported', 'array of arrays')
  })

  it('is not mistaken for GGUF', () => {
    const file = fileOf(minimal, (buffer) => void buffer.write('GGML'))
    expectFailure(() => readGguf(file), 'malformed-file', 'magic')
  })
})
