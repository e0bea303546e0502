/** Activations at the last token of prompts: what the model is about to answer from. */
import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from '../runtime/cancel.ts'
import type { CausalRunner } from '../runtime/runner.ts'

/** For each site in order, [prompts, dModel]. */
export type LastTokens = readonly Float32Array[]

/**
 * Reads prompt by prompt, without padding or neighbours, so that a prompt's values do not depend on the others.
 * Throws `cancelled` between prompts. `onPrompt` is called with the number read so far.
 */
export async function readLastTokens(
  runner: CausalRunner,
  prompts: readonly (readonly number[])[],
  options: {
    readonly sites: readonly string[]
    readonly dModel: number
    readonly signal: AbortSignal
    readonly onPrompt: (done: number) => void
  },
): Promise<LastTokens> {
  const { sites, dModel, signal, onPrompt } = options
  const layers = sites.map(() => new Float32Array(prompts.length * dModel))
  for (const [index, ids] of prompts.entries()) {
    throwIfCancelled(signal)
    const values = await runner.activations(ids, sites)
    for (const [at, site] of sites.entries()) {
      const last = values.get(site)?.data.subarray(-dModel) ?? []
      layers[at].set(last, index * dModel)
    }
    onPrompt(index + 1)
    await setImmediate()
  }
  return layers
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
