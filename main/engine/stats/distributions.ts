/** Distribution functions and quantiles of the normal, Student's t, chi-square and binomial distributions. */
import { betaShare, logGamma, lowerGammaShare, upperGammaShare } from './special-functions.ts'

/** P(Z <= z) of a standard normal Z; the lower tail keeps its relative precision. */
export function normalCdf(z: number): number {
  const half = 0.5 * upperGammaShare(0.5, (z * z) / 2)
  return z <= 0 ? half : 1 - half
}

/** z with P(Z <= z) = p, for p in (0, 1); -Infinity and Infinity at the ends. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p > 0.5) return -normalQuantile(1 - p)
  let z = roughNormalQuantile(p)
  // Halley's steps on the distribution function: two are enough from a start that is good to 1e-3.
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2)
    z -= error / (1 + (z * error) / 2)
  }
  return z
}

/** Abramowitz and Stegun 26.2.23, lower tail, absolute error below 4.5e-4. */
function roughNormalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p))
  const top = 2.515517 + t * (0.802853 + t * 0.010328)
  const bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  return top / bottom - t
}

/** P(T <= t) of Student's t with `degrees` > 0 degrees of freedom. */
export function studentTCdf(t: number, degrees: number): number {
  const tail = studentTTwoSided(t, degrees) / 2
  return t <= 0 ? tail : 1 - tail
}

/** P(|T| >= |t|) of Student's t with `degrees` > 0 degrees of freedom. */
export function studentTTwoSided(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return 0
  return betaShare({ a: degrees / 2, b: 0.5, x: degrees / (degrees + t * t) })
}

/** t with P(T <= t) = p, for p in (0, 1): bisection, then as exact as the distribution function. */
export function studentTQuantile(p: number, degrees: number): number {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p < 0.5) return -studentTQuantile(1 - p, degrees)
  let low = 0
  let high = 1
  while (studentTCdf(high, degrees) < p) high *= 2
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2
    if (studentTCdf(middle, degrees) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(X <= x) of chi-square with `degrees` > 0 degrees of freedom. */
export function chiSquareCdf(x: number, degrees: number): number {
  return lowerGammaShare(degrees / 2, x / 2)
}

/** P(X = k) for X binomial with `n` trials of probability `p`. */
export function binomialProbability({ k, n, p }: { k: number; n: number; p: number }): number {
  if (k < 0 || k > n) return 0
  if (p <= 0) return k === 0 ? 1 : 0
  if (p >= 1) return k === n ? 1 : 0
  const ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
  return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p))
}

/** P(X <= k) for X binomial with `n` trials of probability `p`. */
export function binomialCdf({ k, n, p }: { k: number; n: number; p: number }): number {
  if (k < 0) return 0
  if (k >= n) return 1
  return betaShare({ a: n - Math.floor(k), b: Math.floor(k) + 1, x: 1 - p })
}
