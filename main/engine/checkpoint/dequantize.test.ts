import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dequantize } from './dequantize.ts'
import { blockLayout } from './encodings.ts'
import type { TensorEncoding } from './types.ts'

const encodings: readonly TensorEncoding[] = [
  ...(['F16', 'BF16', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0'] as const),
  ...(['Q4_K', 'Q5_K', 'Q6_K'] as const),
]

/** Made by scripts/golden/make-dequantize-golden.py: encoded blocks, then their float32 values. */
function readGolden(encoding: TensorEncoding): { blocks: Uint8Array; bits: Uint32Array } {
  const bytes = Uint8Array.from(
    readFileSync(join(import.meta.dirname, 'fixtures/dequantize', `${encoding}.bin`)),
  )
  const { blockBytes, blockElements } = blockLayout(encoding)
  const count = bytes.length / (blockBytes + 4 * blockElements)
  const bits = new Uint32Array(bytes.slice(count * blockBytes).buffer)
  return { blocks: bytes.slice(0, count * blockBytes), bits }
}

describe('dequantize', () => {
  it.each(encodings)('%s equals the reference bit for bit, signed zeros included', (encoding) => {
    const { blocks, bits } = readGolden(encoding)
    const values = dequantize(encoding, blocks)
    expect(values.length).toBe(bits.length)
    const ours = new Uint32Array(values.buffer, values.byteOffset, values.length)
    const firstDifference = ours.findIndex((word, i) => word !== bits[i])
    expect(firstDifference, `element ${firstDifference} differs`).toBe(-1)
  })

  it.each(encodings)('%s decodes bytes that do not begin at an aligned address', (encoding) => {
    const { blocks } = readGolden(encoding)
    const shifted = new Uint8Array(blocks.length + 1)
    shifted.set(blocks, 1)
    expect(dequantize(encoding, shifted.subarray(1))).toEqual(dequantize(encoding, blocks))
  })

  it('F32 gives the stored floats', () => {
    const floats = Float32Array.from([1, -0, 3.5e38, 2 ** -149])
    expect(dequantize('F32', new Uint8Array(floats.buffer))).toEqual(floats)
  })

  it('refuses a part of a block', () => {
    let code = ''
    try {
      dequantize('Q4_K', new Uint8Array(143))
    } catch (error) {
      code = (error as { code: string }).code
    }
    expect(code).toBe('shape-mismatch')
  })
})
