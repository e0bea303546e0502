/** Protobuf wire format (protobuf.dev/programming-guides/encoding): a writer over one growing buffer, and a reader. */
import { ActbenchError } from '#contract/errors'

const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** Nested lengths are written as five-byte varints and filled in afterwards, so nothing is ever copied twice. */
const lengthBytes = 5

export interface WireWriter {
  varint(field: number, value: number): void
  float(field: number, value: number): void
  text(field: number, value: string): void
  bytes(field: number, value: Uint8Array): void
  packedVarints(field: number, values: readonly number[]): void
  packedFloats(field: number, values: readonly number[]): void
  message(field: number, write: () => void): void
  finish(): Uint8Array
}

const encoder = new TextEncoder()

export function createWireWriter(): WireWriter {
  let buffer = new Uint8Array(1 << 16)
  let end = 0

  const reserve = (count: number) => {
    if (end + count <= buffer.length) return
    const larger = new Uint8Array(Math.max(buffer.length * 2, end + count))
    larger.set(buffer.subarray(0, end))
    buffer = larger
  }
  const raw = (bytes: Uint8Array) => {
    reserve(bytes.length)
    buffer.set(bytes, end)
    end += bytes.length
  }
  const writeVarint = (value: number | bigint) => {
    reserve(10)
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 127n) {
      buffer[end++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    buffer[end++] = Number(rest)
  }
  const writeFloat = (value: number) => {
    reserve(4)
    new DataView(buffer.buffer).setFloat32(end, value, true)
    end += 4
  }
  const tag = (field: number, type: number) => writeVarint(field * 8 + type)
  const nested = (field: number, write: () => void) => {
    tag(field, wireType.bytes)
    reserve(lengthBytes)
    const at = end
    end += lengthBytes
    write()
    let length = end - at - lengthBytes
    for (let i = 0; i < lengthBytes; i++) {
      buffer[at + i] = (length & 127) | (i < lengthBytes - 1 ? 128 : 0)
      length >>>= 7
    }
  }
  const bytes = (field: number, value: Uint8Array) => {
    tag(field, wireType.bytes)
    writeVarint(value.length)
    raw(value)
  }

  return {
    varint(field, value) {
      tag(field, wireType.varint)
      writeVarint(value)
    },
    float(field, value) {
      tag(field, wireType.fixed32)
      writeFloat(value)
    },
    text: (field, value) => bytes(field, encoder.encode(value)),
    bytes,
    packedVarints: (field, values) => nested(field, () => values.forEach(writeVarint)),
    packedFloats: (field, values) => nested(field, () => values.forEach(writeFloat)),
    message: nested,
    finish: () => buffer.slice(0, end),
  }
}

export interface WireField {
  readonly field: number
  /** Varints and fixed-size numbers; 0 for length-delimited fields. */
  readonly value: bigint
  /** Content of a length-delimited field, or the raw bytes of a fixed-size one. */
  readonly bytes: Uint8Array
}

/** The fields of one message in file order. Throws `malformed-file` when a length leads out of the message. */
export function* readFields(message: Uint8Array): Generator<WireField> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= message.length) throw truncated(at)
      const byte = message[at++]
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw truncated(at)
  }
  const take = (length: number): Uint8Array => {
    if (at + length > message.length) throw truncated(at)
    at += length
    return message.subarray(at - length, at)
  }
  const empty = new Uint8Array(0)
  while (at < message.length) {
    const key = Number(varint())
    const type = key & 7
    const field = key >>> 3
    if (type === wireType.varint) yield { field, value: varint(), bytes: empty }
    else if (type === wireType.bytes) yield { field, value: 0n, bytes: take(Number(varint())) }
    else if (type === wireType.fixed32) yield { field, value: 0n, bytes: take(4) }
    else if (type === wireType.fixed64) yield { field, value: 0n, bytes: take(8) }
    else throw truncated(at)
  }
}

function truncated(offset: number): ActbenchError {
  return new ActbenchError({
    code: 'malformed-file',
    message: `Protobuf message: expected a complete field at byte ${offset}, found the end or an unknown wire type.`,
    remedy: 'Download or export the file again.',
  })
}
