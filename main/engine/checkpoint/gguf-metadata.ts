import type { ByteCursor } from './byte-cursor.ts'
import { malformed, unsupportedFile } from './malformed.ts'
import type { MetadataValue } from './types.ts'

/** Key-value pairs of one file. Real files have some dozens. */
export const MAX_METADATA_PAIRS = 65_536
/** The specification's limit for keys. */
export const MAX_KEY_BYTES = 65_535
/** The longest strings in the wild are whole tokenizer.json files, below 20 MB. */
export const MAX_STRING_BYTES = 64 * 1024 * 1024
/** The longest arrays in the wild are vocabularies and merges, below half a million. */
export const MAX_ARRAY_ELEMENTS = 1 << 24

/** `gguf_metadata_value_type` of the GGUF specification. */
const valueTypes = [
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'bool',
  'string',
  'array',
  'u64',
  'i64',
  'f64',
] as const
type ValueType = (typeof valueTypes)[number]

/** Fewest bytes a value of the type can take, so that a count can be checked against the bytes that are left. */
const smallestBytes: Readonly<Record<ValueType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  string: 8,
  array: 12,
  u64: 8,
  i64: 8,
  f64: 8,
}

/**
 * The key-value section of a GGUF file. 64-bit integers become numbers where a number holds them exactly, bigints
 * where not. Throws `malformed-file`; nested arrays, which the format allows and nobody writes, are `unsupported`.
 */
export function readMetadata(cursor: ByteCursor, pairs: number): Map<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>()
  for (let pair = 0; pair < pairs; pair++) {
    const key = readString(cursor, `metadata key ${pair}`, MAX_KEY_BYTES)
    const field = `metadata ${key}`
    if (metadata.has(key)) {
      throw malformed({ file: cursor.file, field, expected: 'one value', found: 'a second one' })
    }
    const type = readType(cursor, field)
    metadata.set(key, type === 'array' ? readArray(cursor, field) : readScalar(cursor, type, field))
  }
  return metadata
}

/** A string: its length in bytes as u64, then that many bytes of UTF-8. */
export function readString(cursor: ByteCursor, field: string, limit: number): string {
  return cursor.text(cursor.count(`${field}: length`, limit), field)
}

function readType(cursor: ByteCursor, field: string): ValueType {
  const number = cursor.u32(`${field}: type`)
  const type = valueTypes[number]
  if (type === undefined) {
    const expected = `a value type from 0 to ${valueTypes.length - 1}`
    throw malformed({ file: cursor.file, field, expected, found: `${number}` })
  }
  return type
}

type Scalar = string | number | bigint | boolean

function readScalar(cursor: ByteCursor, type: ValueType, field: string): Scalar {
  switch (type) {
    case 'string':
      return readString(cursor, field, MAX_STRING_BYTES)
    case 'bool':
      return readBoolean(cursor, field)
    case 'u64':
    case 'i64':
      return exactNumber(cursor[type](field))
    case 'array':
      return refuseNestedArray(cursor, field)
    default:
      return cursor[type](field)
  }
}

function readBoolean(cursor: ByteCursor, field: string): boolean {
  const byte = cursor.u8(field)
  if (byte > 1) {
    throw malformed({ file: cursor.file, field, expected: 'a boolean, 0 or 1', found: `${byte}` })
  }
  return byte === 1
}

function exactNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function readArray(cursor: ByteCursor, field: string): MetadataValue {
  const type = readType(cursor, field)
  const count = cursor.count(`${field}: length`, MAX_ARRAY_ELEMENTS)
  const leastBytes = count * smallestBytes[type]
  if (leastBytes > cursor.remainingBytes) {
    throw malformed({
      file: cursor.file,
      field: `${field}: length`,
      expected: `at most the ${cursor.remainingBytes} bytes that are left`,
      found: `${count} elements of at least ${smallestBytes[type]} bytes`,
    })
  }
  switch (type) {
    case 'string':
      return fill(count, () => readString(cursor, field, MAX_STRING_BYTES))
    case 'bool':
      return fill(count, () => readBoolean(cursor, field))
    case 'u64':
    case 'i64':
      return narrowIntegers(fill(count, () => cursor[type](field)))
    case 'array':
      return refuseNestedArray(cursor, field)
    default:
      return fill(count, () => cursor[type](field))
  }
}

function refuseNestedArray(cursor: ByteCursor, field: string): never {
  throw unsupportedFile(cursor.file, {
    message: `${field} is an array of arrays`,
    remedy: 'Use a file that a current converter wrote.',
  })
}

/** All numbers when every element fits one exactly, else all bigints: an array has one type. */
function narrowIntegers(values: readonly bigint[]): readonly number[] | readonly bigint[] {
  const numbers = values.map(Number)
  return numbers.every(Number.isSafeInteger) ? numbers : values
}

function fill<T>(count: number, next: () => T): T[] {
  const values: T[] = []
  for (let i = 0; i < count; i++) values.push(next())
  return values
}
