/** Every tensor of a real GGUF file, dequantised, against sums made by the Python package `gguf`. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { dequantize } from '../../main/engine/checkpoint/dequantize.ts'
import { blockLayout } from '../../main/engine/checkpoint/encodings.ts'
import { openCheckpoint } from '../../main/engine/checkpoint/open.ts'
import { readRange } from '../../main/engine/checkpoint/read.ts'
import type { TensorRef } from '../../main/engine/checkpoint/types.ts'
import { firstOf, judged, skipped, type Check } from './check.ts'
import { findModel, type KnownModel } from './known-models.ts'

/** Written by scripts/golden/make-tensor-sums.py. */
const goldenSchema = z.object({
  sha256: z.string(),
  tensors: z.record(z.string(), z.object({ type: z.string(), sha256: z.string() })),
})

export function tensorSums(model: KnownModel): Check {
  return {
    title: `${model.title}: every tensor dequantises as the reference`,
    async run(context) {
      const path = join(context.projectRoot, 'scripts/verify/fixtures', `${model.key}-tensors.json`)
      const golden = goldenSchema.parse(JSON.parse(await readFile(path, 'utf8')))
      const found = await findModel(context, model, golden.sha256)
      if (found.kind === 'absent') return skipped(found.reason)
      const { tensors } = openCheckpoint(found.path)
      const expected = Object.entries(golden.tensors)
      const problems = expected.flatMap(([name, { type, sha256 }]) => {
        const tensor = tensors.get(name)
        if (tensor === undefined) return [`${name}: not found by our reader`]
        if (tensor.encoding !== type) return [`${name}: expected ${type}, found ${tensor.encoding}`]
        return sumOf(tensor) === sha256 ? [] : [`${name} (${type}): other values`]
      })
      if (tensors.size !== expected.length) {
        problems.push(`expected ${expected.length} tensors, found ${tensors.size}`)
      }
      return judged([`${expected.length} tensors, ${describeTypes(golden)}`], firstOf(problems))
    },
  }
}

const partElements = 1 << 20

/** In parts of whole blocks: the largest tables take more than half a gigabyte as float32. */
function sumOf(tensor: TensorRef): string {
  const { blockElements, blockBytes } = blockLayout(tensor.encoding)
  const partBytes = (partElements / blockElements) * blockBytes
  const hash = createHash('sha256')
  for (let start = 0; start < tensor.byteLength; start += partBytes) {
    const byteLength = Math.min(partBytes, tensor.byteLength - start)
    const values = dequantize(tensor.encoding, readRange(tensor, { start, byteLength }))
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  return hash.digest('hex')
}

function describeTypes({ tensors }: z.infer<typeof goldenSchema>): string {
  const counts = new Map<string, number>()
  for (const { type } of Object.values(tensors)) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, count]) => `${type} x${count}`).join(', ')
}
