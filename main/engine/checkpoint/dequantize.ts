import { ActbenchError } from '#contract/errors'
import { bf16ArrayToF32, f16ArrayToF32 } from '../tensor/half.ts'
import { dequantizeQ4K, dequantizeQ5K, dequantizeQ6K } from './dequantize-k.ts'
import {
  dequantizeQ40,
  dequantizeQ41,
  dequantizeQ50,
  dequantizeQ51,
  dequantizeQ80,
} from './dequantize-legacy.ts'
import { blockLayout } from './encodings.ts'
import type { TensorEncoding } from './types.ts'

/** Decodes `out.length / blockElements` blocks from `bytes`. */
export type BlockDecoder = (bytes: Uint8Array, out: Float32Array) => void

const decoders: Readonly<Partial<Record<TensorEncoding, BlockDecoder>>> = {
  Q4_0: dequantizeQ40,
  Q4_1: dequantizeQ41,
  Q5_0: dequantizeQ50,
  Q5_1: dequantizeQ51,
  Q8_0: dequantizeQ80,
  Q4_K: dequantizeQ4K,
  Q5_K: dequantizeQ5K,
  Q6_K: dequantizeQ6K,
}

/**
 * float32 values of encoded bytes, in storage order; whole blocks only (`shape-mismatch` otherwise).
 * Every step is rounded to float32 as ggml's reference `dequantize_row_*` and the Python package `gguf` do, so results
 * are equal to theirs bit for bit.
 */
export function dequantize(encoding: TensorEncoding, bytes: Uint8Array): Float32Array {
  const { blockElements, blockBytes } = blockLayout(encoding)
  if (bytes.length % blockBytes !== 0) {
    throw new ActbenchError({
      code: 'shape-mismatch',
      message: `${encoding} data: expected a multiple of ${blockBytes} bytes, found ${bytes.length}`,
    })
  }
  const decode = decoders[encoding]
  if (decode === undefined) return widen(encoding, bytes)
  const out = new Float32Array((bytes.length / blockBytes) * blockElements)
  decode(bytes, out)
  return out
}

function widen(encoding: TensorEncoding, bytes: Uint8Array): Float32Array {
  // Typed views want aligned storage, which a slice of a file need not have: copy where it has not.
  if (encoding === 'F32') return new Float32Array(alignedBuffer(bytes))
  const words = new Uint16Array(alignedBuffer(bytes))
  return encoding === 'BF16' ? bf16ArrayToF32(words) : f16ArrayToF32(words)
}

function alignedBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength
  return isWhole && buffer instanceof ArrayBuffer ? buffer : Uint8Array.from(bytes).buffer
}
