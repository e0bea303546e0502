/** What a comparison of this size could have seen. */
import { normalQuantile } from './distributions.ts'

/** Two-sided quantile of a test at level `alpha`. */
const zOf = (alpha: number): number => normalQuantile(1 - alpha / 2)
const zPower = normalQuantile(0.8)

/**
 * Share of pairs assumed to disagree before anything was run: with it 1,000 pairs see about 3 points, which is
 * Miller's planning figure (2024, arXiv 2411.00640, section 5).
 */
export const planningDiscordance = 0.1

/**
 * Smallest difference of two paired proportions that n pairs show with 80% power at the two-sided level `alpha`, as a share
 * in (0, 1] (Connor 1987: n = (z_a sqrt(psi) + z_b sqrt(psi - d^2))^2 / d^2, solved for d). `discordance` psi is the share
 * of pairs that disagree; a difference d needs at least d of them to, so psi is never taken below d. Null for n = 0.
 */
export function detectableRateDifference({
  n,
  discordance,
  alpha = 0.05,
}: {
  n: number
  discordance: number
  alpha?: number
}): number | null {
  if (n === 0) return null
  let low = 0
  let high = 1
  const needed = (difference: number) => pairsNeeded(difference, { discordance, z: zOf(alpha) })
  if (needed(1) > n) return 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (needed(middle) > n) low = middle
    else high = middle
  }
  return high
}

function pairsNeeded(
  difference: number,
  { discordance, z }: { discordance: number; z: number },
): number {
  const psi = Math.min(1, Math.max(discordance, difference))
  const rest = Math.sqrt(Math.max(0, psi - difference * difference))
  return ((z * Math.sqrt(psi) + zPower * rest) / difference) ** 2
}

/** Smallest difference of two paired means that a standard error of `error` shows with 80% power at level `alpha` (normal theory). */
export function detectableMeanDifference(error: number, alpha = 0.05): number {
  return (zOf(alpha) + zPower) * error
}

/**
 * The same of two pooled quotients (micro-F1) over shared ids, whose difference has the linearised standard error `error`. Where few ids
 * disagree their error is too small to go by: as for proportions, a difference d needs at least the share d of what is counted to
 * differ, which alone gives an error of sqrt(d / n), n the ids that weights as unequal as these are worth (Kish 1965). Null where
 * nothing is counted.
 */
export function detectableRatioDifference({
  error,
  weights,
  alpha = 0.05,
}: {
  error: number
  weights: Float64Array
  alpha?: number
}): number | null {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const squares = weights.reduce((total, weight) => total + weight * weight, 0)
  if (sum === 0) return null
  const least = ((zOf(alpha) + zPower) ** 2 * squares) / sum ** 2
  return Math.min(1, Math.max(least, detectableMeanDifference(error, alpha)))
}
