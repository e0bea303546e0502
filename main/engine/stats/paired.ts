/** Differences between two configurations on the same samples. */
import {
  binomialCdf,
  binomialProbability,
  studentTQuantile,
  studentTTwoSided,
} from './distributions.ts'
import { z95 } from './intervals.ts'
import { clusterStandardError, mean, standardError } from './moments.ts'

/** A difference (second minus first) with its 95% interval and a two-sided p-value. */
export interface PairedDifference {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly pValue: number
  readonly method: string
  /** Standard error of the difference. */
  readonly error: number
}

/** Pairs of binary outcomes by what happened to them: `raised` 0 -> 1, `lowered` 1 -> 0, of `n` pairs in all. */
export interface PairedCounts {
  readonly n: number
  readonly raised: number
  readonly lowered: number
}

/** Below this many discordant pairs the exact test is used. */
const exactBelow = 25

/**
 * McNemar's test, two-sided. Exact (conditional binomial) below 25 discordant pairs, mid-p from there on, which
 * is less conservative and still keeps its level (Fagerland, Lydersen and Laake 2013). No discordant pair gives p = 1.
 */
export function mcnemar({ raised, lowered }: PairedCounts): { pValue: number; method: string } {
  const discordant = raised + lowered
  if (discordant < exactBelow) return { pValue: mcnemarExact(raised, lowered), method: 'exact' }
  return { pValue: mcnemarMidP(raised, lowered), method: 'mid-p' }
}

/** Exact conditional McNemar p-value, two-sided. */
export function mcnemarExact(raised: number, lowered: number): number {
  const n = raised + lowered
  if (n === 0) return 1
  return Math.min(1, 2 * binomialCdf({ k: Math.min(raised, lowered), n, p: 0.5 }))
}

/** Mid-p variant: the exact p-value minus the probability of the observed table. */
export function mcnemarMidP(raised: number, lowered: number): number {
  const n = raised + lowered
  if (n === 0) return 1
  if (raised === lowered) return 1 - binomialProbability({ k: raised, n, p: 0.5 })
  const k = Math.min(raised, lowered)
  return 2 * binomialCdf({ k, n, p: 0.5 }) - binomialProbability({ k, n, p: 0.5 })
}

/**
 * Difference of two paired proportions with Tango's score interval (Tango 1998, Statistics in Medicine 17:891), 95%,
 * and McNemar's p-value. Tango's interval inverts the score test, so it agrees with McNemar's asymptotic test about
 * zero, keeps its coverage when nearly all pairs agree, and stays open when none disagrees, where Wald's and
 * Newcombe's can collapse. Null without pairs.
 */
export function pairedProportions(counts: PairedCounts): PairedDifference | null {
  const { n, raised, lowered } = counts
  if (n === 0) return null
  const value = (raised - lowered) / n
  const test = mcnemar(counts)
  const spread = (raised + lowered) / n - value * value
  return {
    value,
    low: tangoBound(counts, -1),
    high: tangoBound(counts, 1),
    pValue: test.pValue,
    method: `tango + mcnemar ${test.method}`,
    error: Math.sqrt(Math.max(0, spread) / n),
  }
}

/**
 * Difference of two paired proportions whose pairs come in clusters: the more cautious of two answers at each end and for
 * the p-value. Tango and McNemar know the discreteness of few flips, but take pairs as independent; the cluster-robust t of
 * the differences (-1, 0, 1) knows the clusters, but trusts normal theory. `differences[i]` and `clusters[i]` belong to
 * pair i. Null without pairs.
 */
export function clusteredProportions(
  differences: readonly number[],
  clusters: readonly string[],
): PairedDifference | null {
  const raised = differences.filter((value) => value > 0).length
  const lowered = differences.filter((value) => value < 0).length
  const plain = pairedProportions({ n: differences.length, raised, lowered })
  const robust = pairedMeans(differences, clusters)
  if (plain === null || robust === null) return plain
  return {
    value: plain.value,
    low: Math.min(plain.low, Math.max(-1, robust.low)),
    high: Math.max(plain.high, Math.min(1, robust.high)),
    pValue: Math.max(plain.pValue, robust.pValue),
    method: `${plain.method}, clustered`,
    error: Math.max(plain.error, robust.error),
  }
}

/** The difference, on one side of the estimate, at which the score statistic reaches 1.96. */
function tangoBound(counts: PairedCounts, side: -1 | 1): number {
  let inside = (counts.raised - counts.lowered) / counts.n
  let outside: number = side
  if (Math.abs(tangoScore(counts, outside)) <= z95) return side
  for (let step = 0; step < 100 && Math.abs(outside - inside) > 1e-15; step++) {
    const middle = (inside + outside) / 2
    if (Math.abs(tangoScore(counts, middle)) <= z95) inside = middle
    else outside = middle
  }
  return (inside + outside) / 2
}

/** Score statistic of the hypothesis that the true difference is `delta`; its variance is restricted to that. */
function tangoScore({ n, raised, lowered }: PairedCounts, delta: number): number {
  // Tango writes b - c with difference p12 - p21; here b = raised and c = lowered.
  const b = -raised - lowered + (2 * n - raised + lowered) * delta
  const c = -lowered * delta * (1 - delta)
  const q = (Math.sqrt(Math.max(0, b * b - 8 * n * c)) - b) / (4 * n)
  const variance = n * (2 * q + delta * (1 - delta))
  const distance = raised - lowered - n * delta
  if (variance <= 0) return distance === 0 ? 0 : Math.sign(distance) * Infinity
  return distance / Math.sqrt(variance)
}

/**
 * Mean of `differences` (second minus first, one per pair) with Student's t: n - 1 degrees of freedom, or, when
 * `clusters` names a cluster for each pair, the cluster-robust error on clusters - 1. Null for fewer than two pairs or
 * two clusters. All differences equal gives an interval of no width and p = 0 (or 1, when they are all zero).
 */
export function pairedMeans(
  differences: readonly number[],
  clusters: readonly string[] | null = null,
): PairedDifference | null {
  const value = mean(differences)
  const plain = standardError(differences)
  if (value === null || plain === null) return null
  const robust =
    clusters === null
      ? { error: plain, degrees: differences.length - 1 }
      : clusterStandardError(differences, clusters)
  if (robust === null) return null
  const { error, degrees } = robust
  const half = studentTQuantile(0.975, degrees) * error
  const pValue = error === 0 ? (value === 0 ? 1 : 0) : studentTTwoSided(value / error, degrees)
  return {
    value,
    low: value - half,
    high: value + half,
    pValue,
    method: clusters === null ? 'paired t' : 'paired t-cluster',
    error,
  }
}
