/** How far figures of several groups (languages) lie apart, and their mean, each with a bootstrap interval over shared ids. */
import { percentiles } from './bootstrap.ts'
import { studentTQuantile } from './distributions.ts'
import { type Interval, z95 } from './intervals.ts'

export interface GroupFigures {
  /** One for each group. */
  readonly values: readonly number[]
  /** The same of each resample: `[draw * groups + group]`; NaN where a resample says nothing about a group. */
  readonly draws: Float64Array
  /** Ids that were resampled. */
  readonly n: number
}

/** Mean of the groups, each weighing the same, with a percentile interval, 95%. No interval for one id. */
export function groupMean(figures: GroupFigures): Interval {
  const value = meanOf(figures.values)
  if (figures.n < 2) return { value, low: null, high: null }
  const wide = wideningOf(figures.n)
  const means = eachDraw(figures, (row) => value + wide * (meanOf(row) - value))
  return { value, ...percentiles(means.sort()) }
}

/**
 * Largest minus smallest figure, with an interval that holds at least 95% of the time. Noise alone pulls the extremes apart: of 52
 * groups with true figures from 79% to 88% and 300 ids each, the plain difference is 4 points too large on average, and its
 * percentile interval never held the truth in 100 simulations (80% for 10 groups; reflected, 65% where all groups are equal). So the lower end is
 * the difference minus the 97.5% quantile of the range of the groups' deviations: two ranges never differ by more than the
 * range of the deviations, so it is above 0 by chance at most once in 40 where all groups are equal. The upper end is the
 * reflected bootstrap's, or the difference itself where that is larger. In the same simulations (10, 12 and 52 groups, 20 to 2,000
 * ids, all equal, spread, or one low) it held the truth 94% to 100% of the time.
 */
export function groupRange(figures: GroupFigures): Interval {
  const { values, n } = figures
  const value = rangeOf(values)
  if (n < 2) return { value, low: null, high: null }
  const wide = wideningOf(n)
  const deviations = eachDraw(figures, (row) =>
    rangeOf(row.map((drawn, group) => wide * (drawn - values[group]))),
  ).sort()
  const ranges = eachDraw(figures, (row) => value + wide * (rangeOf(row) - value)).sort()
  return {
    value,
    low: Math.max(0, value - percentiles(deviations).high),
    high: Math.max(value, 2 * value - percentiles(ranges).low),
  }
}

/** Resamples of few ids vary too little, by sqrt((n - 1) / n), and know nothing of Student's t. */
function wideningOf(n: number): number {
  return (Math.sqrt(n / (n - 1)) * studentTQuantile(0.975, n - 1)) / z95
}

/** Resamples that say nothing about some group are left out. */
function eachDraw(
  { values, draws }: GroupFigures,
  figureOf: (row: Float64Array) => number,
): Float64Array {
  const groups = values.length
  const found = new Float64Array(draws.length / groups)
  let count = 0
  for (let at = 0; at < draws.length; at += groups) {
    const figure = figureOf(draws.subarray(at, at + groups))
    if (!Number.isNaN(figure)) found[count++] = figure
  }
  return found.subarray(0, count)
}

function meanOf(values: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]
  return total / values.length
}

/** NaN where one of them is. */
function rangeOf(values: ArrayLike<number>): number {
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i])
    most = Math.max(most, values[i])
  }
  return most - least
}
