/** Every GGUF block type against values that the Python package `gguf` decoded from the same bytes. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dequantize } from '../../main/engine/checkpoint/dequantize.ts'
import { blockLayout } from '../../main/engine/checkpoint/encodings.ts'
import type { TensorEncoding } from '../../main/engine/checkpoint/types.ts'
import { judged, type Check } from './check.ts'

const encodings: readonly TensorEncoding[] = [
  ...(['F16', 'BF16', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0'] as const),
  ...(['Q4_K', 'Q5_K', 'Q6_K'] as const),
]

export const blockTypes: Check = {
  title: 'every GGUF block type dequantises bit for bit as the reference',
  async run({ projectRoot }) {
    const folder = join(projectRoot, 'main/engine/checkpoint/fixtures/dequantize')
    const problems: string[] = []
    let values = 0
    for (const encoding of encodings) {
      const golden = split(encoding, await readFile(join(folder, `${encoding}.bin`)))
      const found = bitsOf(dequantize(encoding, golden.blocks))
      values += golden.bits.length
      const differing = golden.bits.reduce((n, bits, at) => n + (bits === found[at] ? 0 : 1), 0)
      if (differing > 0 || found.length !== golden.bits.length || found.length === 0) {
        problems.push(`${encoding}: ${differing} of ${golden.bits.length} values differ`)
      }
    }
    const figures = [`${encodings.length} types (${encodings.join(', ')}), ${values} values`]
    return judged(figures, problems)
  },
}

/** A golden file is n blocks, then their values as float32; n follows from its size. */
function split(encoding: TensorEncoding, file: Buffer): { blocks: Uint8Array; bits: Uint32Array } {
  const { blockBytes, blockElements } = blockLayout(encoding)
  const end = (file.length / (blockBytes + 4 * blockElements)) * blockBytes
  return {
    blocks: Uint8Array.from(file.subarray(0, end)),
    bits: new Uint32Array(Uint8Array.from(file.subarray(end)).buffer),
  }
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length)
}
