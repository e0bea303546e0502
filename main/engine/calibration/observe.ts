/** Runs the untouched model over calibration text and reduces what it sees at sites to quantile tables. */
import type { CausalRunner } from '../runtime/types.ts'
import { type QuantileTable, quantileTable } from '../stats/magnitude-quantiles.ts'

/** Tokens seen at once: bounds the memory that taps of all layers take. */
export const windowTokens = 256

/**
 * Values kept at each site: quantiles of half a million draws have a standard error below 0.001 in p, and sorting
 * them takes tens of milliseconds. Wider sites are thinned evenly over the text.
 */
export const keptValues = 1 << 19

export interface Observation {
  readonly runner: CausalRunner
  readonly sites: readonly string[]
  readonly ids: readonly number[]
  readonly signal: AbortSignal
  readonly onWindow: (done: number, total: number) => void
}

/** A quantile table for each site over all of `ids`, taken in windows that do not see each other. */
export async function observeMagnitudes(
  observation: Observation,
): Promise<Map<string, QuantileTable>> {
  const { runner, sites, ids, signal, onWindow } = observation
  const windows = splitWindows(ids)
  const kept = new Map<string, Float32Array[]>(sites.map((site) => [site, []]))
  for (const [index, window] of windows.entries()) {
    signal.throwIfAborted()
    onWindow(index, windows.length)
    const values = await runner.activations(window, sites)
    for (const [site, { shape, data }] of values) {
      const width = data.length / shape[0]
      kept.get(site)?.push(thin(data, { limit: keptValues / windows.length, width }))
    }
  }
  return new Map([...kept].map(([site, parts]) => [site, quantileTable(concatenate(parts))]))
}

export function splitWindows(ids: readonly number[]): number[][] {
  const count = Math.max(1, Math.ceil(ids.length / windowTokens))
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * windowTokens, (index + 1) * windowTokens),
  )
}

/**
 * At most `limit` values, evenly spaced, of tokens of `width` channels each. The step shares no factor with the width: one
 * that does sees the same few channels of every token (with 4,864 channels a step of 19 would see 256 of them).
 */
export function thin(
  values: Float32Array,
  { limit, width }: { readonly limit: number; readonly width: number },
): Float32Array {
  if (values.length <= limit) return values
  let step = Math.ceil(values.length / limit)
  while (commonDivisor(step, width) > 1) step += 1
  return Float32Array.from(
    { length: Math.floor((values.length - 1) / step) + 1 },
    (_, i) => values[i * step],
  )
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
