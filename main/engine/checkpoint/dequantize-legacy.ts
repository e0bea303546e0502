/**
 * ggml's 32-element blocks (`block_q4_0` ... `block_q8_0` in ggml-common.h). Element j of the first half sits in the
 * low nibble of byte j, element j + 16 in the high nibble. `d` and `m` are f16; a product is rounded to float32 before
 * `m` is added, as in ggml.
 */
import { f16ToF32 } from '../tensor/half.ts'

const fround = Math.fround

function halfAt(bytes: Uint8Array, at: number): number {
  return f16ToF32(bytes[at] | (bytes[at + 1] << 8))
}

/** d, 16 bytes of nibbles: (q - 8) * d. */
export function dequantizeQ40(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, to = 0; to < out.length; at += 18, to += 32) {
    const d = halfAt(bytes, at)
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 2 + j]
      out[to + j] = ((pair & 15) - 8) * d
      out[to + 16 + j] = ((pair >> 4) - 8) * d
    }
  }
}

/** d, m, 16 bytes of nibbles: q * d + m. */
export function dequantizeQ41(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, to = 0; to < out.length; at += 20, to += 32) {
    const d = halfAt(bytes, at)
    const m = halfAt(bytes, at + 2)
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 4 + j]
      out[to + j] = fround((pair & 15) * d) + m
      out[to + 16 + j] = fround((pair >> 4) * d) + m
    }
  }
}

/** The 32 fifth bits that follow at `at`, bit j for element j. */
function fifthBitsAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}

/** d, 4 bytes of fifth bits, 16 bytes of nibbles: (q - 16) * d. */
export function dequantizeQ50(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, to = 0; to < out.length; at += 22, to += 32) {
    const d = halfAt(bytes, at)
    const fifth = fifthBitsAt(bytes, at + 2)
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 6 + j]
      out[to + j] = (((pair & 15) | (((fifth >>> j) & 1) << 4)) - 16) * d
      out[to + 16 + j] = (((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) - 16) * d
    }
  }
}

/** d, m, 4 bytes of fifth bits, 16 bytes of nibbles: q * d + m. */
export function dequantizeQ51(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, to = 0; to < out.length; at += 24, to += 32) {
    const d = halfAt(bytes, at)
    const m = halfAt(bytes, at + 2)
    const fifth = fifthBitsAt(bytes, at + 4)
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 8 + j]
      out[to + j] = fround(((pair & 15) | (((fifth >>> j) & 1) << 4)) * d) + m
      out[to + 16 + j] = fround(((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) * d) + m
    }
  }
}

/** d, 32 signed bytes: q * d. */
export function dequantizeQ80(bytes: Uint8Array, out: Float32Array): void {
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0, to = 0; to < out.length; at += 34, to += 32) {
    const d = halfAt(bytes, at)
    for (let j = 0; j < 32; j++) out[to + j] = signed[at + 2 + j] * d
  }
}
