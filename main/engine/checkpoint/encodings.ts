import type { TensorEncoding } from './types.ts'

/** How an encoding lays elements out: `blockElements` neighbours of one row share `blockBytes` bytes. */
export interface BlockLayout {
  readonly blockElements: number
  readonly blockBytes: number
}

/** Sizes as `ggml-common.h` (ggml) declares its block structs; plain encodings are blocks of one element. */
const layouts: Readonly<Record<TensorEncoding, BlockLayout>> = {
  F32: { blockElements: 1, blockBytes: 4 },
  F16: { blockElements: 1, blockBytes: 2 },
  BF16: { blockElements: 1, blockBytes: 2 },
  Q4_0: { blockElements: 32, blockBytes: 18 },
  Q4_1: { blockElements: 32, blockBytes: 20 },
  Q5_0: { blockElements: 32, blockBytes: 22 },
  Q5_1: { blockElements: 32, blockBytes: 24 },
  Q8_0: { blockElements: 32, blockBytes: 34 },
  Q4_K: { blockElements: 256, blockBytes: 144 },
  Q5_K: { blockElements: 256, blockBytes: 176 },
  Q6_K: { blockElements: 256, blockBytes: 210 },
}

export function blockLayout(encoding: TensorEncoding): BlockLayout {
  return layouts[encoding]
}

/** Bytes that `elements` elements take; a fraction when they do not fill whole blocks. */
export function encodedBytes(encoding: TensorEncoding, elements: number): number {
  const { blockElements, blockBytes } = layouts[encoding]
  return (elements / blockElements) * blockBytes
}
