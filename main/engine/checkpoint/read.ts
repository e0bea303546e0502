import { closeSync } from 'node:fs'
import { openForReading, readFully } from './byte-cursor.ts'
import { dequantize } from './dequantize.ts'
import { addLowRank } from './low-rank.ts'
import { malformed } from './malformed.ts'
import type { TensorRef } from './types.ts'

/**
 * The stored bytes of a tensor (a fresh copy, `ref.byteLength` long). Throws `not-found` when the file is gone and
 * `malformed-file` when it has become shorter than it was when the checkpoint was opened.
 */
export function readTensorBytes(ref: TensorRef): Uint8Array {
  return readRange(ref, { start: 0, byteLength: ref.byteLength })
}

/** Bytes [start, start + byteLength) of a tensor, counted from its first: rows can be read without the whole. */
export function readRange(
  ref: TensorRef,
  range: { readonly start: number; readonly byteLength: number },
): Uint8Array {
  const descriptor = openForReading(ref.file)
  try {
    const buffer = readFully(descriptor, ref.offset + range.start, range.byteLength)
    if (buffer.length < range.byteLength) {
      throw malformed({
        file: ref.file,
        field: `tensor ${ref.name}`,
        expected: `${range.byteLength} bytes at offset ${ref.offset + range.start}`,
        found: `${buffer.length} before the end of the file`,
      })
    }
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
  } finally {
    closeSync(descriptor)
  }
}

/** A tensor as float32, row-major as `ref.shape` says; block formats are dequantised, an adapter's change is added. */
export function readTensorF32(ref: TensorRef): Float32Array {
  const values = dequantize(ref.encoding, readTensorBytes(ref))
  if (ref.lowRank === undefined) return values
  const { a, b, scale, interleavedHead } = ref.lowRank
  return addLowRank(values, {
    a: readTensorF32(a),
    b: readTensorF32(b),
    rank: a.shape[0],
    scale,
    interleavedHead,
  })
}
