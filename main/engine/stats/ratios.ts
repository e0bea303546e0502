/** Pooled ratios such as micro-F1: one sum over another, by sample or cluster, with interval and paired difference. */
import { bootstrapFrom, percentiles } from './bootstrap.ts'
import { studentTQuantile, studentTTwoSided } from './distributions.ts'
import { type Interval, wilsonInterval } from './intervals.ts'
import { type PairedDifference, pairedProportions } from './paired.ts'
import { signFlipTest } from './sign-flips.ts'

/** What each id adds above and below the line; zeros where it says nothing. */
export interface RatioParts {
  readonly hits: Float64Array
  readonly weights: Float64Array
}

export interface RatioDraws {
  /** Ids that say something. */
  readonly n: number
  /** The ratio (or difference of ratios) of each resample; NaN where a resample has nothing below the line. */
  readonly draws: () => Float64Array
}

/** Null with nothing below the line. */
export function ratioOf({ hits, weights }: RatioParts): number | null {
  const weight = sum(weights)
  return weight > 0 ? sum(hits) / weight : null
}

/**
 * Percentile bootstrap interval, 95%, within [0, 1]; below 100 ids, where that is too narrow, the linearised (delta) one with
 * Student's t. No interval for one id. At 0 and 1, where both shrink to nothing, Wilson's over the ids that have something to count.
 */
export function ratioInterval(
  parts: RatioParts,
  { n, draws }: RatioDraws,
): Interval & { readonly method: string } {
  const value = ratioOf(parts)
  const method = n < bootstrapFrom ? 'delta' : 'bootstrap'
  if (value === null || n < 2) return { value, low: null, high: null, method }
  if (value === 0 || value === 1) return { ...extreme(parts, value), method: 'wilson' }
  if (method === 'bootstrap') return { value, ...percentiles(sorted(draws())), method }
  const half = studentTQuantile(0.975, n - 1) * errorOf(influencesOf(parts, value), n)
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half), method }
}

function extreme({ weights }: RatioParts, value: 0 | 1): Interval {
  const counted = weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0)
  return wilsonInterval(value * counted, counted)
}

/**
 * Second minus first over the same ids. The interval as above. The p-value is exact where at most 14 ids changed; else by the linearised
 * error and Student's t: that of 1,000 resamples cannot go below 0.002, which no correction for hundreds of tests would survive. Null for
 * fewer than two ids or nothing below a line.
 */
export function ratioDifference(
  first: RatioParts,
  second: RatioParts,
  { n, draws }: RatioDraws,
): PairedDifference | null {
  const before = ratioOf(first)
  const after = ratioOf(second)
  if (before === null || after === null || n < 2) return null
  const value = after - before
  const baseline = influencesOf(first, before)
  const error = errorOf(
    influencesOf(second, after).map((influence, id) => influence - baseline[id]),
    n,
  )
  const exact = signFlipTest(first, second)
  const normal = error === 0 ? (value === 0 ? 1 : 0) : studentTTwoSided(value / error, n - 1)
  const ends = error === 0 ? endsOfOneChange(first, value) : endsOf({ value, error, n, draws })
  const interval = n < bootstrapFrom ? 'paired delta' : 'paired bootstrap'
  const method = exact !== null ? `${interval} + sign flips` : linearised(interval)
  return { value, ...ends, pValue: exact ?? normal, method, error }
}

function endsOf(input: RatioDraws & { value: number; error: number }): Ends {
  const { value, error, n, draws } = input
  if (n >= bootstrapFrom) return percentiles(sorted(draws()))
  const half = studentTQuantile(0.975, n - 1) * error
  return { low: Math.max(-1, value - half), high: Math.min(1, value + half) }
}

interface Ends {
  readonly low: number
  readonly high: number
}

/**
 * Where all ids changed alike nothing varies, and both ways would call the difference certain, be it of two ids: the share of Tango's
 * interval for so many pairs that all went one way.
 */
function endsOfOneChange({ weights }: RatioParts, value: number): Ends {
  const n = weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0)
  const all = value === 0 ? null : pairedProportions({ n, raised: n, lowered: 0 })
  if (all === null) return { low: 0, high: 0 }
  return value > 0
    ? { low: value * all.low, high: value * all.high }
    : { low: value * all.high, high: value * all.low }
}

function linearised(interval: string): string {
  return interval === 'paired delta' ? interval : `${interval} + delta`
}

/** What each id contributes to the ratio's deviation: (hits - ratio * weight) / sum of weights. */
function influencesOf({ hits, weights }: RatioParts, ratio: number): Float64Array {
  const whole = sum(weights)
  return hits.map((hit, id) => (hit - ratio * weights[id]) / whole)
}

function errorOf(influences: Float64Array, n: number): number {
  const squares = influences.reduce((total, influence) => total + influence * influence, 0)
  const error = Math.sqrt((squares * n) / (n - 1))
  // Rounding leaves 1e-17 where all ids agree.
  return error < 1e-12 ? 0 : error
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function sorted(draws: Float64Array): Float64Array {
  return draws.filter((draw) => !Number.isNaN(draw)).sort()
}
