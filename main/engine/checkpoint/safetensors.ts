import { z } from 'zod'
import { elementCount, formatShape } from '../tensor/shape.ts'
import { ByteCursor } from './byte-cursor.ts'
import { encodedBytes } from './encodings.ts'
import { malformed, unsupportedFile } from './malformed.ts'
import type { TensorEncoding, TensorRef } from './types.ts'

/** The limit of the reference implementation (safetensors `MAX_HEADER_SIZE`). */
export const MAX_HEADER_BYTES = 100_000_000
export const MAX_SAFETENSORS_DIMENSIONS = 16

const weightEncodings: ReadonlyMap<string, TensorEncoding> = new Map([
  ['F32', 'F32'],
  ['F16', 'F16'],
  ['BF16', 'BF16'],
])

/**
 * Bytes per element of integer and boolean tensors. Exporters leave index buffers in checkpoints (BERT's
 * `position_ids`); no architecture reads one, so they are checked for their place in the file and then left out.
 */
const bufferElementBytes: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['I16', 2],
  ['U16', 2],
  ['I32', 4],
  ['U32', 4],
  ['I64', 8],
  ['U64', 8],
])

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(count).max(MAX_SAFETENSORS_DIMENSIONS),
  data_offsets: z.tuple([count, count]),
})
type Entry = z.infer<typeof entrySchema>
const metadataSchema = z.record(z.string(), z.string())

/**
 * Weight tensors of one .safetensors file (https://github.com/huggingface/safetensors#format), by name.
 * Throws `malformed-file` when the header is not what the format says: its length, its JSON, a byte range that does not
 * fit its shape, overlaps another, leaves a hole or leaves the file. Throws `unsupported` for float types that we do not
 * read (F64, F8, F4).
 */
export function readSafetensors(file: string): Map<string, TensorRef> {
  const cursor = new ByteCursor(file)
  try {
    const entries = readHeader(cursor)
    const dataStart = cursor.position
    checkCoverage(cursor, entries)
    const tensors = new Map<string, TensorRef>()
    for (const [name, entry] of entries) {
      const encoding = weightEncodings.get(entry.dtype)
      if (encoding === undefined) continue
      const [begin, end] = entry.data_offsets
      const offset = dataStart + begin
      tensors.set(name, {
        name,
        encoding,
        shape: entry.shape,
        file,
        offset,
        byteLength: end - begin,
      })
    }
    return tensors
  } finally {
    cursor.close()
  }
}

/**
 * What a file says of itself, its `__metadata__`: text by name, empty where there is none. Throws `malformed-file` for other values.
 */
export function readSafetensorsMetadata(file: string): Readonly<Record<string, string>> {
  const cursor = new ByteCursor(file)
  try {
    const header: { readonly __metadata__?: unknown } = readObject(cursor)
    const parsed = metadataSchema.safeParse(header.__metadata__ ?? {})
    if (parsed.success) return parsed.data
    const found = JSON.stringify(header.__metadata__).slice(0, 120)
    throw malformed({ file, field: '__metadata__', expected: 'text by name', found })
  } finally {
    cursor.close()
  }
}

function readObject(cursor: ByteCursor): object {
  const length = cursor.count('header length', MAX_HEADER_BYTES)
  return parseObject(cursor.file, cursor.text(length, 'header'))
}

function readHeader(cursor: ByteCursor): Map<string, Entry> {
  const { file } = cursor
  const header = readObject(cursor)
  const entries = new Map<string, Entry>()
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const parsed = entrySchema.safeParse(value)
    if (!parsed.success) {
      throw malformed({
        file,
        field: `tensor ${name}`,
        expected: 'dtype, shape and data_offsets',
        found: `${JSON.stringify(value)?.slice(0, 120)} (${z.prettifyError(parsed.error)})`,
      })
    }
    checkEntry(file, name, parsed.data)
    entries.set(name, parsed.data)
  }
  return entries
}

function parseObject(file: string, text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const found = text.slice(0, 40)
    throw malformed({ file, field: 'header', expected: 'JSON', found, cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const found = text.slice(0, 40)
    throw malformed({ file, field: 'header', expected: 'a JSON object', found })
  }
  return value
}

function checkEntry(file: string, name: string, entry: Entry): void {
  const [begin, end] = entry.data_offsets
  const expected = storedBytes(file, name, entry)
  if (end - begin !== expected) {
    throw malformed({
      file,
      field: `tensor ${name}: data_offsets`,
      expected: `${expected} bytes for ${entry.dtype} ${formatShape(entry.shape)}`,
      found: `${end - begin}`,
    })
  }
}

function storedBytes(file: string, name: string, entry: Entry): number {
  const elements = elementCount(entry.shape)
  const encoding = weightEncodings.get(entry.dtype)
  if (encoding !== undefined) return encodedBytes(encoding, elements)
  const elementBytes = bufferElementBytes.get(entry.dtype)
  if (elementBytes !== undefined) return elements * elementBytes
  throw unsupportedFile(file, {
    message: `tensor ${name} has dtype ${entry.dtype}, which is not supported`,
    remedy: 'Use a checkpoint of the same model in float32, float16 or bfloat16.',
  })
}

/** Byte ranges, sorted, must tile the rest of the file exactly: no hole, no overlap, nothing left over. */
function checkCoverage(cursor: ByteCursor, entries: ReadonlyMap<string, Entry>): void {
  const ranges = [...entries].map(([name, entry]) => ({ name, range: entry.data_offsets }))
  ranges.sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1])
  let end = 0
  for (const { name, range } of ranges) {
    if (range[0] !== end) {
      throw malformed({
        file: cursor.file,
        field: `tensor ${name}: data_offsets`,
        expected: `to begin at ${end}, where the tensor before it ends`,
        found: `${range[0]} (${range[0] < end ? 'an overlap' : 'a hole'})`,
      })
    }
    end = range[1]
  }
  if (end !== cursor.remainingBytes) {
    throw malformed({
      file: cursor.file,
      field: 'tensor data',
      expected: `${end} bytes after the header`,
      found: `${cursor.remainingBytes}`,
    })
  }
}
