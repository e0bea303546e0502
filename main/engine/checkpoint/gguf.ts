import { elementCount, formatShape } from '../tensor/shape.ts'
import { ByteCursor } from './byte-cursor.ts'
import { blockLayout, encodedBytes } from './encodings.ts'
import { encodingOfGgmlType } from './ggml-types.ts'
import { MAX_METADATA_PAIRS, readMetadata, readString } from './gguf-metadata.ts'
import { malformed, unsupportedFile } from './malformed.ts'
import type { MetadataValue, TensorRef } from './types.ts'

/** Tensors of one file. The largest mixtures of experts have some thousands. */
export const MAX_TENSORS = 131_072
/** ggml reads at most 64 bytes; some converters write longer names. */
export const MAX_TENSOR_NAME_BYTES = 512
/** `GGML_MAX_DIMS`. */
export const MAX_DIMENSIONS = 4
/** `general.alignment` when a file does not say, by the specification. */
const DEFAULT_ALIGNMENT_BYTES = 32
export const MAX_ALIGNMENT_BYTES = 1 << 20

/** "GGUF" read as a little-endian u32. */
const MAGIC = 0x46554747

/** One GGUF file as it stands, before it is known whether it is a whole checkpoint or a part of a split one. */
export interface GgufFile {
  readonly file: string
  readonly metadata: ReadonlyMap<string, MetadataValue>
  readonly tensors: ReadonlyMap<string, TensorRef>
}

/**
 * Reads the header of a GGUF file, versions 2 and 3, little endian
 * (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). No tensor data is read.
 * Throws `malformed-file` where the file breaks the format: truncated, counts beyond a limit or beyond the file,
 * tensors that overlap or leave the file. Throws `unsupported` for version 1, big-endian files and ggml types that we
 * do not decode.
 */
export function readGguf(file: string): GgufFile {
  const cursor = new ByteCursor(file)
  try {
    checkVersion(cursor)
    const tensorCount = cursor.count('tensor count', MAX_TENSORS)
    const metadata = readMetadata(cursor, cursor.count('metadata count', MAX_METADATA_PAIRS))
    const headers = readTensorHeaders(cursor, tensorCount)
    const alignment = readAlignment(file, metadata)
    const dataStart = Math.ceil(cursor.position / alignment) * alignment
    const tensors = headers.map((header) => placeTensor(cursor, header, { alignment, dataStart }))
    checkOverlap(file, tensors)
    return { file, metadata, tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) }
  } finally {
    cursor.close()
  }
}

function checkVersion(cursor: ByteCursor): void {
  const magic = cursor.u32('magic')
  if (magic !== MAGIC) {
    const found = `0x${magic.toString(16).padStart(8, '0')}`
    throw malformed({ file: cursor.file, field: 'magic', expected: '"GGUF"', found })
  }
  const version = cursor.u32('version')
  if (version === 2 || version === 3) return
  // A version in the upper half is a small one with its bytes the other way round.
  if ((version & 0xffff) === 0 && version !== 0) {
    throw unsupportedFile(cursor.file, {
      message: 'this GGUF file is big-endian',
      remedy: 'Use the little-endian file of the same model.',
    })
  }
  throw unsupportedFile(cursor.file, {
    message: `GGUF version ${version} is not supported, only 2 and 3 are`,
    remedy: 'Use a file that a current converter wrote.',
  })
}

interface TensorHeader {
  readonly name: string
  /** As stored: innermost dimension first. */
  readonly dimensions: readonly number[]
  readonly ggmlType: number
  /** Bytes from the start of the data section. */
  readonly relativeOffset: number
}

function readTensorHeaders(cursor: ByteCursor, count: number): TensorHeader[] {
  const headers: TensorHeader[] = []
  const names = new Set<string>()
  for (let i = 0; i < count; i++) {
    const header = readTensorHeader(cursor, i)
    if (names.has(header.name)) {
      const field = `tensor ${header.name}`
      throw malformed({ file: cursor.file, field, expected: 'one entry', found: 'a second one' })
    }
    names.add(header.name)
    headers.push(header)
  }
  return headers
}

function readTensorHeader(cursor: ByteCursor, index: number): TensorHeader {
  const name = readString(cursor, `tensor ${index}: name`, MAX_TENSOR_NAME_BYTES)
  const field = `tensor ${name}`
  const rank = cursor.u32(`${field}: dimensions`)
  if (rank > MAX_DIMENSIONS) {
    const expected = `at most ${MAX_DIMENSIONS} dimensions`
    throw malformed({ file: cursor.file, field, expected, found: `${rank}` })
  }
  const dimensions: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    dimensions.push(cursor.count(`${field}: dimension ${axis}`, Number.MAX_SAFE_INTEGER))
  }
  const ggmlType = cursor.u32(`${field}: type`)
  const relativeOffset = cursor.count(`${field}: offset`, cursor.sizeBytes)
  return { name, dimensions, ggmlType, relativeOffset }
}

function readAlignment(file: string, metadata: ReadonlyMap<string, MetadataValue>): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT_BYTES
  const isPowerOfTwo =
    typeof alignment === 'number' &&
    alignment >= 1 &&
    alignment <= MAX_ALIGNMENT_BYTES &&
    Number.isInteger(Math.log2(alignment))
  if (!isPowerOfTwo) {
    throw malformed({
      file,
      field: 'metadata general.alignment',
      expected: `a power of two up to ${MAX_ALIGNMENT_BYTES}`,
      found: String(alignment),
    })
  }
  return alignment
}

function placeTensor(
  cursor: ByteCursor,
  header: TensorHeader,
  data: { readonly alignment: number; readonly dataStart: number },
): TensorRef {
  const { file, sizeBytes } = cursor
  const field = `tensor ${header.name}`
  const encoding = encodingOfGgmlType(file, header)
  const shape = [...header.dimensions].reverse()
  const elements = elementCount(shape)
  if (elements === 0 || !Number.isSafeInteger(elements)) {
    const expected = 'positive dimensions with an exact product'
    throw malformed({ file, field, expected, found: formatShape(shape) })
  }
  const { blockElements } = blockLayout(encoding)
  const rowLength = shape.at(-1) ?? 1
  if (rowLength % blockElements !== 0) {
    const expected = `rows of a multiple of ${blockElements} elements for ${encoding}`
    throw malformed({ file, field, expected, found: `${rowLength}` })
  }
  if (header.relativeOffset % data.alignment !== 0) {
    const expected = `an offset that is a multiple of ${data.alignment}`
    throw malformed({ file, field, expected, found: `${header.relativeOffset}` })
  }
  const offset = data.dataStart + header.relativeOffset
  const byteLength = encodedBytes(encoding, elements)
  if (offset + byteLength > sizeBytes) {
    const expected = `bytes ${offset} to ${offset + byteLength}`
    throw malformed({ file, field, expected, found: `the end of the file at ${sizeBytes}` })
  }
  return { name: header.name, encoding, shape, file, offset, byteLength }
}

/** Tensors may leave gaps (padding) but must not share bytes. */
function checkOverlap(file: string, tensors: readonly TensorRef[]): void {
  const sorted = [...tensors].sort((a, b) => a.offset - b.offset)
  for (let i = 1; i < sorted.length; i++) {
    const before = sorted[i - 1]
    const end = before.offset + before.byteLength
    if (sorted[i].offset < end) {
      throw malformed({
        file,
        field: `tensor ${sorted[i].name}`,
        expected: `an offset of at least ${end}, where ${before.name} ends`,
        found: `${sorted[i].offset}`,
      })
    }
  }
}
