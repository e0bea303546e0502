/**
 * Bootstrap of means and of ratios (perplexity), paired where two configurations share their samples. Percentile
 * intervals: the p-value reads the same draws, so interval and test cannot contradict each other. Seeded, so a report can
 * be repeated to the last digit.
 */
import { studentTQuantile, studentTTwoSided } from './distributions.ts'
import type { Interval } from './intervals.ts'
import { mean } from './moments.ts'
import type { PairedDifference } from './paired.ts'
import { createRng, type Rng } from './rng.ts'

/** A summed quantity over summed weights: total log-likelihood loss over predicted tokens. */
export interface WeightedSample {
  /** Sum over the sample's parts, e.g. nats. */
  readonly total: number
  /** Number of parts, e.g. target tokens. */
  readonly weight: number
}

export interface BootstrapOptions {
  readonly seed: number
  readonly draws?: number
}

export const defaultDraws = 4999

/**
 * Perplexities of resampled samples, drawn once for each list of samples and with the same indices for all lists of one
 * length: a comparison of sixty columns asks for each of them many times. Lives as long as one comparison.
 */
export interface Resampler {
  /** One perplexity a draw, in the order of the draws: draws of two lists are pairs. */
  readonly perplexities: (samples: readonly WeightedSample[]) => Float64Array
}

export function createResampler(options: BootstrapOptions): Resampler {
  const indicesOf = new Map<number, Uint32Array>()
  const known = new Map<string, { columns: Columns; draws: Float64Array }[]>()
  return {
    perplexities: (samples) => {
      const columns = toColumns(samples)
      const key = `${samples.length} ${samples[0]?.total ?? 0} ${samples.at(-1)?.total ?? 0}`
      const alike = known.get(key) ?? []
      const found = alike.find((entry) => isEqual(entry.columns, columns))
      if (found !== undefined) return found.draws
      const indices = indicesOf.get(samples.length) ?? drawAll(samples.length, options)
      indicesOf.set(samples.length, indices)
      const draws = resampled(columns, indices)
      known.set(key, [...alike, { columns, draws }])
      return draws
    },
  }
}

/** Indices of all draws, one draw after the other. */
function drawAll(n: number, { seed, draws = defaultDraws }: BootstrapOptions): Uint32Array {
  const rng = createRng(seed)
  const indices = new Uint32Array(draws * n)
  for (let i = 0; i < indices.length; i++) indices[i] = rng.below(n)
  return indices
}

function resampled({ totals, weights }: Columns, indices: Uint32Array): Float64Array {
  const n = totals.length
  const perplexities = new Float64Array(indices.length / n)
  for (let draw = 0, at = 0; draw < perplexities.length; draw++) {
    let total = 0
    let weight = 0
    for (const end = at + n; at < end; at++) {
      total += totals[indices[at]]
      weight += weights[indices[at]]
    }
    perplexities[draw] = Math.exp(total / weight)
  }
  return perplexities
}

function isEqual(a: Columns, b: Columns): boolean {
  return (
    a.totals.every((value, i) => value === b.totals[i]) &&
    a.weights.every((value, i) => value === b.weights[i])
  )
}

/**
 * Below this many samples a percentile bootstrap is too narrow (with 40 it calls 8% of equal perplexities different), so
 * the linearised interval with Student's t stands in.
 */
export const bootstrapFrom = 100

/** Above this many samples the linearised interval is as good as the bootstrap and a thousand times cheaper. */
export const bootstrapTo = 500

/** Mean of `values` with a percentile interval, 95%. Nulls without values, no interval for one value. */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions): Interval {
  const value = mean(values)
  if (value === null || values.length < 2) return { value, low: null, high: null }
  const rng = createRng(options.seed)
  const draws = resample(options, () => drawMean(values, rng))
  return { value, ...percentiles(draws) }
}

/**
 * Mean of `differences` (one per pair) with a percentile interval, 95%, and the two-sided p-value of the same draws:
 * twice the smaller share of draws on one side of zero, counting one more (Davison and Hinkley 1997, 4.2.4).
 * Null for fewer than two pairs.
 */
export function bootstrapPairedMeans(
  differences: readonly number[],
  options: BootstrapOptions,
): PairedDifference | null {
  const value = mean(differences)
  if (value === null || differences.length < 2) return null
  const rng = createRng(options.seed)
  return fromDraws(
    value,
    resample(options, () => drawMean(differences, rng)),
  )
}

/**
 * Perplexity exp(sum of totals / sum of weights) with its 95% interval: percentile bootstrap over samples from
 * `bootstrapFrom` to `bootstrapTo` of them, else the linearised (delta) interval on the log scale with Student's t.
 * Nulls without weight.
 */
export function perplexityInterval(
  samples: readonly WeightedSample[],
  resampler: Resampler,
): Interval & { readonly method: string } {
  const value = perplexity(samples)
  if (value === null || samples.length < 2) {
    return { value, low: null, high: null, method: 'bootstrap' }
  }
  if (isLinearised(samples.length)) {
    const half = t95(samples.length) * Math.sqrt(ratioVariance(influences(samples)))
    const low = value * Math.exp(-half)
    return { value, low, high: value * Math.exp(half), method: 'delta' }
  }
  const draws = resampler.perplexities(samples).toSorted()
  return { value, ...percentiles(draws), method: 'bootstrap' }
}

/** Perplexity of `second` minus that of `first` on the same samples, resampled as pairs. Null for fewer than two pairs. */
export function pairedPerplexities(
  first: readonly WeightedSample[],
  second: readonly WeightedSample[],
  resampler: Resampler,
): PairedDifference | null {
  const before = perplexity(first)
  const after = perplexity(second)
  if (before === null || after === null || first.length < 2) return null
  if (isLinearised(first.length)) {
    const from = influences(first)
    return linearised(
      after - before,
      influences(second).map((influence, i) => influence * after - from[i] * before),
    )
  }
  const draws = resampler.perplexities(second).slice()
  const baseline = resampler.perplexities(first)
  for (let draw = 0; draw < draws.length; draw++) draws[draw] -= baseline[draw]
  return fromDraws(after - before, draws.sort())
}

/** Mean loss, sum of totals / sum of weights, with the interval of its perplexity: both move together. */
export function lossInterval(
  samples: readonly WeightedSample[],
  resampler: Resampler,
): Interval & { readonly method: string } {
  const { value, low, high, method } = perplexityInterval(samples, resampler)
  const log = (end: number | null) => (end === null ? null : Math.log(end))
  return { value: log(value), low: log(low), high: log(high), method }
}

/** Mean loss of `second` minus that of `first` on the same samples, resampled as pairs. Null for fewer than two pairs. */
export function pairedLosses(
  first: readonly WeightedSample[],
  second: readonly WeightedSample[],
  resampler: Resampler,
): PairedDifference | null {
  const before = perplexity(first)
  const after = perplexity(second)
  if (before === null || after === null || first.length < 2) return null
  const value = Math.log(after / before)
  if (isLinearised(first.length)) {
    const from = influences(first)
    return linearised(
      value,
      influences(second).map((influence, i) => influence - from[i]),
    )
  }
  const draws = resampler.perplexities(second).slice()
  const baseline = resampler.perplexities(first)
  for (let draw = 0; draw < draws.length; draw++)
    draws[draw] = Math.log(draws[draw] / baseline[draw])
  return fromDraws(value, draws.sort())
}

/** exp(sum of totals / sum of weights); null without weight. */
export function perplexity(samples: readonly WeightedSample[]): number | null {
  let total = 0
  let weight = 0
  for (const sample of samples) {
    total += sample.total
    weight += sample.weight
  }
  return weight > 0 ? Math.exp(total / weight) : null
}

/** From what each pair contributes to the deviation of `value`. */
function linearised(value: number, contributions: readonly number[]): PairedDifference {
  const error = Math.sqrt(ratioVariance(contributions))
  const degrees = contributions.length - 1
  const pValue = error === 0 ? (value === 0 ? 1 : 0) : studentTTwoSided(value / error, degrees)
  const half = t95(contributions.length) * error
  return { value, low: value - half, high: value + half, pValue, method: 'paired delta', error }
}

function isLinearised(n: number): boolean {
  return n < bootstrapFrom || n > bootstrapTo
}

function t95(n: number): number {
  return studentTQuantile(0.975, n - 1)
}

/** What each sample contributes to the mean log-loss's deviation: (total - mean * weight) / sum of weights. */
function influences(samples: readonly WeightedSample[]): number[] {
  let total = 0
  let weight = 0
  for (const sample of samples) {
    total += sample.total
    weight += sample.weight
  }
  const center = total / weight
  return samples.map((sample) => (sample.total - center * sample.weight) / weight)
}

function ratioVariance(contributions: readonly number[]): number {
  let squares = 0
  for (const contribution of contributions) squares += contribution * contribution
  return (squares * contributions.length) / (contributions.length - 1)
}

function resample(options: BootstrapOptions, draw: () => number): Float64Array {
  const draws = new Float64Array(options.draws ?? defaultDraws)
  for (let i = 0; i < draws.length; i++) draws[i] = draw()
  return draws.sort()
}

function drawMean(values: readonly number[], rng: Rng): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[rng.below(values.length)]
  return sum / values.length
}

interface Columns {
  readonly totals: Float64Array
  readonly weights: Float64Array
}

/** Typed columns: ten million look-ups into objects would take half a second a configuration. */
function toColumns(samples: readonly WeightedSample[]): Columns {
  return {
    totals: Float64Array.from(samples, (sample) => sample.total),
    weights: Float64Array.from(samples, (sample) => sample.weight),
  }
}

function fromDraws(value: number, draws: Float64Array): PairedDifference {
  let below = 0
  let above = 0
  for (const draw of draws) {
    if (draw <= 0) below++
    if (draw >= 0) above++
  }
  const pValue = Math.min(1, (2 * (Math.min(below, above) + 1)) / (draws.length + 1))
  const center = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
  const variance = draws.reduce((sum, draw) => sum + (draw - center) ** 2, 0) / (draws.length - 1)
  const ends = percentiles(draws)
  return { value, ...ends, pValue, method: 'paired bootstrap', error: Math.sqrt(variance) }
}

/** 2.5% and 97.5% order statistics at (draws + 1) q, which are whole numbers for 4,999 draws. */
export function percentiles(sorted: Float64Array): { low: number; high: number } {
  const at = (q: number): number => {
    const rank = Math.round((sorted.length + 1) * q) - 1
    return sorted[Math.min(sorted.length - 1, Math.max(0, rank))]
  }
  return { low: at(0.025), high: at(0.975) }
}
