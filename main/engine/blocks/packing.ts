/**
 * GGUF block formats -> the layout of ONNX Runtime's block-quantised operators (MatMulNBits, GatherBlockQuantized).
 * Every format becomes w = (q - centre) * scale + offset, with unsigned q of 4 or 8 bits and the operators' default
 * centres 8 and 128. Moving the zero point to the middle is exact up to one float32 rounding of the offset; 5- and
 * 6-bit quants fit into 8 bits unchanged. Block layouts: ggml-common.h.
 */
import { f16ToF32 } from '../tensor/half.ts'
import type { TensorEncoding } from '../checkpoint/types.ts'

export interface PackedFormat {
  readonly bits: 4 | 8
  /** Neighbouring elements of a row that share a scale. */
  readonly blockSize: 16 | 32
  readonly hasOffsets: boolean
  /** Elements and bytes of one block in the file. */
  readonly fileElements: number
  readonly fileBytes: number
  /** Unsigned quants of one file block at `at`, as bytes (8 bits) or nibble pairs (4 bits), to `out` from `to`. */
  readonly quants: (bytes: Uint8Array, at: number, out: Uint8Array, to: number) => void
  /** Scale and offset of the file block's sub-blocks, `fileElements / blockSize` each. */
  readonly scales: (bytes: Uint8Array, at: number, out: Float32Array, to: number) => void
  readonly offsets: (bytes: Uint8Array, at: number, out: Float32Array, to: number) => void
}

const fround = Math.fround
const none = () => undefined

function halfAt(bytes: Uint8Array, at: number): number {
  return f16ToF32(bytes[at] | (bytes[at + 1] << 8))
}

/** 16 bytes with element j low and j+16 high -> 16 bytes with element 2i low and 2i+1 high. */
function interleaveNibbles(bytes: Uint8Array, at: number, out: Uint8Array, to: number): void {
  for (let i = 0; i < 8; i++) {
    const even = bytes[at + 2 * i]
    const odd = bytes[at + 2 * i + 1]
    out[to + i] = (even & 15) | ((odd & 15) << 4)
    out[to + 8 + i] = (even >> 4) | (odd & 0xf0)
  }
}

/** 5-bit quants of a 32-element block (fifth bits at `high`, nibbles at `low`), centred on 16, as bytes around 128. */
function widenFiveBits(
  bytes: Uint8Array,
  from: { high: number; low: number },
  out: Uint8Array,
  to: number,
): void {
  const { high, low } = from
  const fifths =
    bytes[high] | (bytes[high + 1] << 8) | (bytes[high + 2] << 16) | (bytes[high + 3] << 24)
  for (let j = 0; j < 16; j++) {
    const byte = bytes[low + j]
    out[to + j] = 112 + ((byte & 15) | (((fifths >>> j) & 1) << 4))
    out[to + 16 + j] = 112 + ((byte >> 4) | (((fifths >>> (j + 16)) & 1) << 4))
  }
}

/** 6-bit scale and minimum `j` of 8 from 12 packed bytes (`get_scale_min_k4` of ggml-quants.c). */
function scaleAt(bytes: Uint8Array, at: number, j: number): number {
  if (j < 4) return bytes[at + j] & 63
  return (bytes[at + j + 4] & 15) | ((bytes[at + j - 4] >> 6) << 4)
}

function minimumAt(bytes: Uint8Array, at: number, j: number): number {
  if (j < 4) return bytes[at + j + 4] & 63
  return (bytes[at + j + 4] >> 4) | ((bytes[at + j] >> 6) << 4)
}

function kScales(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at)
  for (let j = 0; j < 8; j++) out[to + j] = d * scaleAt(bytes, at + 4, j)
}

function kOffsets(centre: number) {
  return (bytes: Uint8Array, at: number, out: Float32Array, to: number): void => {
    const d = halfAt(bytes, at)
    const dmin = halfAt(bytes, at + 2)
    for (let j = 0; j < 8; j++) {
      const scale = fround(d * scaleAt(bytes, at + 4, j))
      out[to + j] = centre * scale - fround(dmin * minimumAt(bytes, at + 4, j))
    }
  }
}

const oneScale = (scaleByte: number) => {
  return (bytes: Uint8Array, at: number, out: Float32Array, to: number): void => {
    out[to] = halfAt(bytes, at + scaleByte)
  }
}

/** d, m: w = q * d + m = (q - centre) * d + (m + centre * d). */
const minimumOffset = (centre: number) => {
  return (bytes: Uint8Array, at: number, out: Float32Array, to: number): void => {
    out[to] = halfAt(bytes, at + 2) + centre * halfAt(bytes, at)
  }
}

const legacy = { blockSize: 32, fileElements: 32, scales: oneScale(0) } as const
const superBlock = { blockSize: 32, fileElements: 256, scales: kScales } as const

const formats: Partial<Record<TensorEncoding, PackedFormat>> = {
  Q4_0: {
    ...legacy,
    bits: 4,
    hasOffsets: false,
    fileBytes: 18,
    quants: (bytes, at, out, to) => interleaveNibbles(bytes, at + 2, out, to),
    offsets: none,
  },
  Q4_1: {
    ...legacy,
    bits: 4,
    hasOffsets: true,
    fileBytes: 20,
    quants: (bytes, at, out, to) => interleaveNibbles(bytes, at + 4, out, to),
    offsets: minimumOffset(8),
  },
  Q5_0: {
    ...legacy,
    bits: 8,
    hasOffsets: false,
    fileBytes: 22,
    quants: (bytes, at, out, to) => widenFiveBits(bytes, { high: at + 2, low: at + 6 }, out, to),
    offsets: none,
  },
  Q5_1: {
    ...legacy,
    bits: 8,
    hasOffsets: true,
    fileBytes: 24,
    quants: (bytes, at, out, to) => widenFiveBits(bytes, { high: at + 4, low: at + 8 }, out, to),
    offsets: minimumOffset(16),
  },
  Q8_0: {
    ...legacy,
    bits: 8,
    hasOffsets: false,
    fileBytes: 34,
    quants(bytes, at, out, to) {
      for (let i = 0; i < 32; i++) out[to + i] = bytes[at + 2 + i] ^ 0x80
    },
    offsets: none,
  },
  Q4_K: {
    ...superBlock,
    bits: 4,
    hasOffsets: true,
    fileBytes: 144,
    quants: packQ4K,
    offsets: kOffsets(8),
  },
  Q5_K: {
    ...superBlock,
    bits: 8,
    hasOffsets: true,
    fileBytes: 176,
    quants: packQ5K,
    offsets: kOffsets(16),
  },
  Q6_K: {
    bits: 8,
    blockSize: 16,
    hasOffsets: false,
    fileElements: 256,
    fileBytes: 210,
    quants: packQ6K,
    scales(bytes, at, out, to) {
      const d = halfAt(bytes, at + 208)
      for (let j = 0; j < 16; j++) out[to + j] = d * ((bytes[at + 192 + j] << 24) >> 24)
    },
    offsets: none,
  },
}

/** Sub-blocks 2g and 2g+1 are the low and high nibbles of 32 bytes. */
function packQ4K(bytes: Uint8Array, at: number, out: Uint8Array, to: number): void {
  for (let group = 0; group < 4; group++) {
    const from = at + 16 + group * 32
    const first = to + group * 32
    for (let i = 0; i < 16; i++) {
      const even = bytes[from + 2 * i]
      const odd = bytes[from + 2 * i + 1]
      out[first + i] = (even & 15) | ((odd & 15) << 4)
      out[first + 16 + i] = (even >> 4) | (odd & 0xf0)
    }
  }
}

function packQ5K(bytes: Uint8Array, at: number, out: Uint8Array, to: number): void {
  for (let j = 0; j < 8; j++) {
    const from = at + 48 + (j >> 1) * 32
    const shift = (j & 1) * 4
    for (let i = 0; i < 32; i++) {
      const fifth = (bytes[at + 16 + i] >> j) & 1
      out[to + j * 32 + i] = 112 + (((bytes[from + i] >> shift) & 15) | (fifth << 4))
    }
  }
}

function packQ6K(bytes: Uint8Array, at: number, out: Uint8Array, to: number): void {
  for (let group = 0; group < 8; group++) {
    const low = at + (group >> 2) * 64 + (group & 1) * 32
    const lowShift = ((group >> 1) & 1) * 4
    const high = at + 128 + (group >> 2) * 32
    const highShift = (group & 3) * 2
    for (let i = 0; i < 32; i++) {
      const pair = (bytes[high + i] >> highShift) & 3
      out[to + group * 32 + i] = 96 + (((bytes[low + i] >> lowShift) & 15) | (pair << 4))
    }
  }
}

/** The packed form of an encoding; null for plain floating point, which needs none. */
export function packedFormat(encoding: TensorEncoding): PackedFormat | null {
  return formats[encoding] ?? null
}

/** All quants: [rows, columns / blockSize, blockSize * bits / 8] bytes. */
export function packQuants(format: PackedFormat, bytes: Uint8Array): Uint8Array {
  const blocks = bytes.length / format.fileBytes
  const stride = (format.fileElements * format.bits) / 8
  const out = new Uint8Array(blocks * stride)
  for (let b = 0; b < blocks; b++) format.quants(bytes, b * format.fileBytes, out, b * stride)
  return out
}

/** All scales: float32 [rows, columns / blockSize]. */
export function packScales(format: PackedFormat, bytes: Uint8Array): Float32Array {
  return eachBlock(format, bytes, format.scales)
}

/** All offsets, transposed for a product with block sums: float32 [columns / blockSize, rows]. */
export function packOffsets(format: PackedFormat, bytes: Uint8Array, rows: number): Float32Array {
  const byRow = eachBlock(format, bytes, format.offsets)
  const perRow = byRow.length / rows
  const out = new Float32Array(byRow.length)
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < perRow; block++)
      out[block * rows + row] = byRow[row * perRow + block]
  }
  return out
}

function eachBlock(
  format: PackedFormat,
  bytes: Uint8Array,
  fill: (bytes: Uint8Array, at: number, out: Float32Array, to: number) => void,
): Float32Array {
  const blocks = bytes.length / format.fileBytes
  const stride = format.fileElements / format.blockSize
  const out = new Float32Array(blocks * stride)
  for (let b = 0; b < blocks; b++) fill(bytes, b * format.fileBytes, out, b * stride)
  return out
}
