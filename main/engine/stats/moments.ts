/** Means, variances and standard errors, with the small counts guarded: unknown is null, never NaN. */

/** Mean and population standard deviation of `count` values. */
export interface Moments {
  readonly mean: number
  readonly deviation: number
  readonly count: number
}

/** Arithmetic mean; null for no values. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Unbiased variance (n - 1 below); null for fewer than two values. */
export function sampleVariance(values: readonly number[]): number | null {
  const center = mean(values)
  if (center === null || values.length < 2) return null
  let sum = 0
  for (const value of values) sum += (value - center) ** 2
  return sum / (values.length - 1)
}

/** Standard error of the mean, s / sqrt(n); null for fewer than two values. */
export function standardError(values: readonly number[]): number | null {
  const variance = sampleVariance(values)
  return variance === null ? null : Math.sqrt(variance / values.length)
}

/** A standard error together with the degrees of freedom of the t distribution it belongs to. */
export interface RobustError {
  readonly error: number
  readonly degrees: number
}

/**
 * Standard error of the mean when values of one cluster are not independent: the sums of deviations within each
 * cluster are squared (Miller 2024, arXiv 2411.00640, section 2.2), times G / (G - 1) for G clusters, which that
 * paper leaves out and which keeps few clusters honest. Read it with t on G - 1 degrees of freedom.
 * Null for fewer than two clusters. `clusters[i]` names the cluster of `values[i]`.
 */
export function clusterStandardError(
  values: readonly number[],
  clusters: readonly string[],
): RobustError | null {
  const center = mean(values)
  if (center === null) return null
  const sums = new Map<string, number>()
  for (let i = 0; i < values.length; i++) {
    sums.set(clusters[i], (sums.get(clusters[i]) ?? 0) + values[i] - center)
  }
  if (sums.size < 2) return null
  let squares = 0
  for (const sum of sums.values()) squares += sum * sum
  const correction = sums.size / (sums.size - 1)
  return { error: Math.sqrt(squares * correction) / values.length, degrees: sums.size - 1 }
}

/** Pearson's correlation of pairs; null when it is not defined (fewer than two pairs, or one side constant). */
export function correlation(first: readonly number[], second: readonly number[]): number | null {
  const centerFirst = mean(first)
  const centerSecond = mean(second)
  if (centerFirst === null || centerSecond === null || first.length < 2) return null
  let cross = 0
  let squaresFirst = 0
  let squaresSecond = 0
  for (let i = 0; i < first.length; i++) {
    const a = first[i] - centerFirst
    const b = second[i] - centerSecond
    cross += a * b
    squaresFirst += a * a
    squaresSecond += b * b
  }
  const scale = Math.sqrt(squaresFirst * squaresSecond)
  return scale === 0 ? null : cross / scale
}
