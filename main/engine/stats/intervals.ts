/** 95% intervals of one proportion and of one mean. */
import { normalQuantile, studentTQuantile } from './distributions.ts'
import { clusterStandardError, mean, standardError } from './moments.ts'

export interface Interval {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

const nothing: Interval = { value: null, low: null, high: null }

/** Two-sided 95%. */
export const z95 = normalQuantile(0.975)

/**
 * Wilson's score interval for `successes` of `n` (Wilson 1927), 95%. It stays within [0, 1] and honest at both ends,
 * where the textbook interval shrinks to nothing. Nulls for n = 0.
 */
export function wilsonInterval(successes: number, n: number): Interval {
  if (n === 0) return nothing
  const p = successes / n
  const z2 = z95 * z95
  const center = (p + z2 / (2 * n)) / (1 + z2 / n)
  const half = (z95 * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n)
  return {
    value: p,
    // The ends are exactly 0 and 1 there; subtraction would leave 1e-17.
    low: successes === 0 ? 0 : center - half,
    high: successes === n ? 1 : center + half,
  }
}

/**
 * Wilson's interval for 0 and 1 values that come in clusters: with the effective number of samples, n over the design effect
 * (cluster-robust variance over binomial variance, never below 1), times (z / t)^2 for few clusters, t on clusters - 1
 * degrees of freedom (Korn and Graubard 1998, Survey Methodology 24:193, put into Wilson's form as Franco, Little,
 * Louis and Slud 2019 do). Never narrower than without clusters. Where all values are equal the design effect is not
 * known and taken as 1. Fewer than two clusters: as without.
 */
export function clusterWilsonInterval(
  values: readonly number[],
  clusters: readonly string[],
): Interval {
  const p = mean(values)
  const robust = clusterStandardError(values, clusters)
  if (p === null || robust === null) return wilsonInterval((p ?? 0) * values.length, values.length)
  const binomial = (p * (1 - p)) / values.length
  const designEffect = binomial === 0 ? 1 : Math.max(1, robust.error ** 2 / binomial)
  const few = (z95 / studentTQuantile(0.975, robust.degrees)) ** 2
  const effective = (values.length / designEffect) * few
  return { ...wilsonInterval(p * effective, effective), value: p }
}

/** Mean with Student's t interval, 95%. One value has no interval: low and high are null. */
export function meanInterval(values: readonly number[]): Interval {
  const value = mean(values)
  const error = standardError(values)
  if (value === null || error === null) return { ...nothing, value }
  return around({ value, error, degrees: values.length - 1 })
}

/** Mean with a cluster-robust t interval, 95%, on clusters - 1 degrees of freedom. One cluster has no interval. */
export function clusterMeanInterval(
  values: readonly number[],
  clusters: readonly string[],
): Interval {
  const value = mean(values)
  const robust = clusterStandardError(values, clusters)
  if (value === null || robust === null) return { ...nothing, value }
  return around({ value, ...robust })
}

function around(point: { value: number; error: number; degrees: number }): Interval {
  const half = studentTQuantile(0.975, point.degrees) * point.error
  return { value: point.value, low: point.value - half, high: point.value + half }
}

/**
 * Upper 95% bound of a rate after zero events in n trials, 3 / n (Hanley and Lippman-Hand 1983), at most 1.
 * Null for n = 0.
 */
export function ruleOfThree(n: number): number | null {
  return n === 0 ? null : Math.min(1, 3 / n)
}
