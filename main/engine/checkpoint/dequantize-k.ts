/**
 * ggml's 256-element "k" super-blocks (`block_q4_K`, `block_q5_K`, `block_q6_K` in ggml-common.h). The scale of a
 * sub-block is rounded to float32 before it meets the quant, as in ggml.
 */
import { f16ToF32 } from '../tensor/half.ts'

const fround = Math.fround

function halfAt(bytes: Uint8Array, at: number): number {
  return f16ToF32(bytes[at] | (bytes[at + 1] << 8))
}

/** 6-bit scale of sub-block `j` of 8, from the 12 packed bytes at `at` (`get_scale_min_k4`). */
function scaleAt(bytes: Uint8Array, at: number, j: number): number {
  if (j < 4) return bytes[at + j] & 63
  return (bytes[at + j + 4] & 15) | ((bytes[at + j - 4] >> 6) << 4)
}

/** 6-bit minimum of sub-block `j` of 8, from the same 12 bytes. */
function minimumAt(bytes: Uint8Array, at: number, j: number): number {
  if (j < 4) return bytes[at + j + 4] & 63
  return (bytes[at + j + 4] >> 4) | ((bytes[at + j] >> 6) << 4)
}

/** d, dmin, 12 bytes of scales and minima, 128 bytes of nibbles: q * (d * sc) - dmin * m, per 32 elements. */
export function dequantizeQ4K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, to = 0; to < out.length; at += 144, to += 256) {
    const d = halfAt(bytes, at)
    const dmin = halfAt(bytes, at + 2)
    for (let j = 0; j < 8; j++) {
      const scale = fround(d * scaleAt(bytes, at + 4, j))
      const minimum = fround(dmin * minimumAt(bytes, at + 4, j))
      const quants = at + 16 + (j >> 1) * 32
      const shift = (j & 1) * 4
      const first = to + j * 32
      for (let i = 0; i < 32; i++) {
        const q = (bytes[quants + i] >> shift) & 15
        out[first + i] = fround(scale * q) - minimum
      }
    }
  }
}

/** As Q4_K, with 32 bytes of fifth bits (bit j of byte i for element i of sub-block j) before the nibbles. */
export function dequantizeQ5K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, to = 0; to < out.length; at += 176, to += 256) {
    const d = halfAt(bytes, at)
    const dmin = halfAt(bytes, at + 2)
    for (let j = 0; j < 8; j++) {
      const scale = fround(d * scaleAt(bytes, at + 4, j))
      const minimum = fround(dmin * minimumAt(bytes, at + 4, j))
      const fifths = at + 16
      const quants = at + 48 + (j >> 1) * 32
      const shift = (j & 1) * 4
      const first = to + j * 32
      for (let i = 0; i < 32; i++) {
        const q = ((bytes[quants + i] >> shift) & 15) | (((bytes[fifths + i] >> j) & 1) << 4)
        out[first + i] = fround(scale * q) - minimum
      }
    }
  }
}

/**
 * 128 bytes of low nibbles, 64 bytes of high bit pairs, 16 signed scales, d: (q - 32) * (d * sc), per 16 elements.
 * Groups of 32 elements: group g has its nibbles in half (g >> 1) & 1 of byte run (g & 1), its pairs at bit 2 * (g & 3).
 */
export function dequantizeQ6K(bytes: Uint8Array, out: Float32Array): void {
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0, to = 0; to < out.length; at += 210, to += 256) {
    const d = halfAt(bytes, at + 208)
    for (let group = 0; group < 8; group++) {
      const low = at + (group >> 2) * 64 + (group & 1) * 32
      const lowShift = ((group >> 1) & 1) * 4
      const high = at + 128 + (group >> 2) * 32
      const highShift = (group & 3) * 2
      const first = to + group * 32
      for (let i = 0; i < 32; i++) {
        const scale = fround(d * signed[at + 192 + group * 2 + (i >> 4)])
        const q = ((bytes[low + i] >> lowShift) & 15) | (((bytes[high + i] >> highShift) & 3) << 4)
        out[first + i] = scale * (q - 32)
      }
    }
  }
}
