/** Which distribution an approximation's error looks like: the two that its noise emulation offers. */

export interface ErrorFit {
  /** Maximum likelihood: mean and population standard deviation. */
  readonly mean: number
  readonly sigma: number
  /** Maximum likelihood: median and mean distance from it. */
  readonly median: number
  readonly b: number
  /** Nats, of all values together. */
  readonly logLikelihood: { readonly gauss: number; readonly laplace: number }
  readonly family: 'gauss' | 'laplace'
}

/**
 * Gauss -n/2 (ln(2 pi sigma^2) + 1) against Laplace -n (ln(2 b) + 1), the larger one names the family. Null where all values are
 * the same, or there are none.
 */
export function fitError(values: Float32Array): ErrorFit | null {
  const n = values.length
  const ascending = Float32Array.from(values).sort()
  if (n === 0 || ascending[0] === ascending[n - 1]) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const sigma = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n)
  const median = (ascending[(n - 1) >> 1] + ascending[n >> 1]) / 2
  const b = values.reduce((sum, value) => sum + Math.abs(value - median), 0) / n
  const gauss = (-n / 2) * (Math.log(2 * Math.PI * sigma * sigma) + 1)
  const laplace = -n * (Math.log(2 * b) + 1)
  const family = laplace > gauss ? 'laplace' : 'gauss'
  return { mean, sigma, median, b, logLikelihood: { gauss, laplace }, family }
}
