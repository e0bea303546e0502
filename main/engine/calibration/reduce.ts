/** Reduces what a site shows, window by window, to one statistic. Windows themselves are not kept. */
import { type QuantileTable, quantileTable } from '../stats/magnitude-quantiles.ts'
import type { Moments } from '../stats/moments.ts'

export interface Reducer<Result> {
  /** Values of some tokens, `width` channels each. */
  readonly add: (values: Float32Array, width: number) => void
  readonly finish: () => Result
}

/**
 * Values kept at each site: quantiles of half a million draws have a standard error below 0.001 in p, and sorting
 * them takes tens of milliseconds. Wider sites are thinned evenly over the text.
 */
export const keptValues = 1 << 19

/** Quantiles of the magnitudes of all channels together. */
export function reduceToQuantiles(windows: number): Reducer<QuantileTable> {
  const kept: Float32Array[] = []
  return {
    add: (values, width) => void kept.push(thin(values, { limit: keptValues / windows, width })),
    finish: () => quantileTable(concatenate(kept)),
  }
}

/** Largest magnitude of each channel. */
export function reduceToChannelMaxima(): Reducer<readonly number[]> {
  let maxima = new Float32Array()
  return {
    add(values, width) {
      if (maxima.length === 0) maxima = new Float32Array(width)
      for (let at = 0, channel = 0; at < values.length; at++, channel++) {
        if (channel === width) channel = 0
        const magnitude = Math.abs(values[at])
        if (magnitude > maxima[channel]) maxima[channel] = magnitude
      }
    },
    finish: () => Array.from(maxima),
  }
}

/** Mean and standard deviation of all channels together, summed around the first value so that nothing cancels. */
export function reduceToMoments(): Reducer<Moments> {
  let origin: number | null = null
  let count = 0
  let sum = 0
  let squares = 0
  return {
    add(values) {
      origin ??= values[0]
      for (const value of values) {
        const difference = value - origin
        sum += difference
        squares += difference * difference
      }
      count += values.length
    },
    finish() {
      const shift = sum / count
      const variance = Math.max(0, squares / count - shift * shift)
      return { mean: (origin ?? 0) + shift, deviation: Math.sqrt(variance), count }
    },
  }
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
