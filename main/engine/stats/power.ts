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
 * How alike the differences of one cluster's samples are assumed to be. Between a model of utterances and itself under an
 * intervention, 100 utterances of MASSIVE in 51 languages gave 0.04 to 0.06 where 5 to 10 pairs of 100 disagreed, less below that and
 * 0.2 where 22 did.
 */
export const planningClusterCorrelation = 0.05

/**
 * Independent samples that clusters of these sizes are worth: the samples over the design effect of unequal clusters,
 * 1 + (sum m^2 / sum m - 1) rho (Kish 1965, Survey Sampling, section 5.4). The same utterance in 52 languages is not 52
 * utterances. 0 for no cluster.
 */
export function effectiveSamples(
  clusterSizes: readonly number[],
  correlation = planningClusterCorrelation,
): number {
  const samples = clusterSizes.reduce((sum, size) => sum + size, 0)
  if (samples === 0) return 0
  const squares = clusterSizes.reduce((sum, size) => sum + size * size, 0)
  return samples / (1 + (squares / samples - 1) * correlation)
}

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
