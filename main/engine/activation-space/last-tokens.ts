/** Activations at the last token of prompts: what the model is about to answer from. */
import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from '../runtime/cancel.ts'
import type { ObservedRunner } from '../runtime/types.ts'

/** For each site in order, [prompts, dModel]. */
export type LastTokens = readonly Float32Array[]

/**
 * Tokens of a run: prompts of one length go together (0.41 s of processor time each in eights instead of 0.68 s alone, 42 tokens
 * and 0.5 billion weights). Other lengths would need padding, and what looks at a whole tensor would see it.
 */
const tokensTogether = { cpu: 512, cuda: 8192, webgpu: 2048 } as const

/** Throws `cancelled` between runs. `onPrompts` is called with the number of prompts read so far. */
export async function readLastTokens(
  runner: ObservedRunner,
  prompts: readonly (readonly number[])[],
  options: {
    readonly sites: readonly string[]
    readonly dModel: number
    readonly signal: AbortSignal
    readonly onPrompts: (done: number) => void
  },
): Promise<LastTokens> {
  const { sites, dModel, signal, onPrompts } = options
  const layers = sites.map(() => new Float32Array(prompts.length * dModel))
  let done = 0
  for (const batch of batchesOf(prompts, tokensTogether[runner.device.provider])) {
    throwIfCancelled(signal)
    const rows = batch.map((index) => prompts[index])
    const values = await runner.lastActivations(rows, sites)
    for (const [at, site] of sites.entries()) {
      const points = values.get(site)?.data ?? new Float32Array()
      for (const [row, index] of batch.entries()) {
        layers[at].set(points.subarray(row * dModel, (row + 1) * dModel), index * dModel)
      }
    }
    done += batch.length
    onPrompts(done)
    await setImmediate()
  }
  return layers
}

/** Indices of prompts of one length, at most so many tokens together; the longest first, since they need the most memory. */
function batchesOf(prompts: readonly (readonly number[])[], maxTokens: number): number[][] {
  const byLength = Map.groupBy(prompts.keys(), (index) => prompts[index].length)
  const lengths = [...byLength.keys()].toSorted((a, b) => b - a)
  return lengths.flatMap((length) => {
    const indices = byLength.get(length) ?? []
    const size = Math.max(1, Math.floor(maxTokens / length))
    return Array.from({ length: Math.ceil(indices.length / size) }, (_, i) =>
      indices.slice(i * size, (i + 1) * size),
    )
  })
}

/** The prompts of one layer as points, views of the same memory. */
export function pointsOf(
  layer: Float32Array,
  range: { readonly from: number; readonly to: number; readonly dModel: number },
): Float32Array[] {
  const { from, to, dModel } = range
  return Array.from({ length: to - from }, (_, i) =>
    layer.subarray((from + i) * dModel, (from + i + 1) * dModel),
  )
}
