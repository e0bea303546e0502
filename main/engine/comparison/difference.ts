/** Other minus baseline on the samples that both have judged. */
import type { Difference } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import {
  clusteredProportions,
  detectableMeanDifference,
  detectableRateDifference,
  detectableRatioDifference,
  pairedLosses,
  pairedMeans,
  pairedPerplexities,
  pairedProportions,
  ratioDifference,
  type PairedDifference,
  type Resampler,
} from '../stats/index.ts'
import type { Figures } from './collect.ts'
import { clusterNames, weightedSamples } from './estimate.ts'
import { pooledDraws, pooledParts } from './pooled.ts'

/** A difference before the family of tests is known, on which what could be detected depends too. */
export interface RawDifference extends Omit<Difference, 'pHolm' | 'isDetected' | 'detectable'> {
  readonly detectableAt: (alpha: number) => number | null
}

/** Null where no difference can be stated: no pair, or a single one of a mean. */
export function differenceOf(input: {
  readonly baseline: Figures
  readonly other: Figures
  readonly unit: MetricRecord['unit']
  readonly clusters: readonly (string | null)[]
  readonly resampler: Resampler
}): RawDifference | null {
  const { baseline, other, unit, clusters } = input
  const pairs = pairedIndices(baseline, other)
  if (unit === 'perplexity' || unit === 'bits') {
    const pairedOf = unit === 'bits' ? pairedLosses : pairedPerplexities
    const paired = pairedOf(
      weightedSamples(baseline, pairs),
      weightedSamples(other, pairs),
      input.resampler,
    )
    return asMean(paired, pairs.length)
  }
  if (unit === 'f1') return pooledDifference({ baseline, other, pairs, clusters })
  if (unit === 'rate' && isBinary(baseline, pairs) && isBinary(other, pairs)) {
    return rateDifference({ baseline, other, pairs, clusters })
  }
  const differences = pairs.map((at) => other.values[at] - baseline.values[at])
  return asMean(pairedMeans(differences, clusterNames(clusters, pairs)), pairs.length)
}

function rateDifference(input: {
  baseline: Figures
  other: Figures
  pairs: readonly number[]
  clusters: readonly (string | null)[]
}): RawDifference | null {
  const { baseline, other, pairs, clusters } = input
  const differences = pairs.map((at) => other.values[at] - baseline.values[at])
  const raised = differences.filter((value) => value > 0).length
  const lowered = differences.filter((value) => value < 0).length
  const n = pairs.length
  const plain = pairedProportions({ n, raised, lowered })
  const names = clusterNames(clusters, pairs)
  const paired = names === null ? plain : clusteredProportions(differences, names)
  if (plain === null || paired === null) return null
  const discordance = (raised + lowered) / n
  // Pairs of one cluster are worth fewer independent ones.
  const effective = plain.error === 0 ? n : n * (plain.error / paired.error) ** 2
  const detectableAt = (alpha: number) =>
    detectableRateDifference({ n: effective, discordance, alpha })
  return { ...stated(paired), n, detectableAt, raised, lowered }
}

function pooledDifference(input: {
  baseline: Figures
  other: Figures
  pairs: readonly number[]
  clusters: readonly (string | null)[]
}): RawDifference | null {
  const { baseline, other, pairs } = input
  const clusters = clusterNames(input.clusters, pairs)
  const before = pooledParts({ figures: baseline, indices: pairs, clusters })
  const after = pooledParts({ figures: other, indices: pairs, clusters })
  const paired = ratioDifference(before, after, pooledDraws(after, before))
  if (paired === null) return null
  // The error knows of clusters; how few samples could differ at all is counted in samples, as for rates.
  const { weights } = pooledParts({ figures: baseline, indices: pairs, clusters: null })
  const { error } = paired
  const detectableAt = (alpha: number) => detectableRatioDifference({ error, weights, alpha })
  return { ...stated(paired), n: pairs.length, detectableAt, raised: null, lowered: null }
}

function asMean(paired: PairedDifference | null, n: number): RawDifference | null {
  if (paired === null) return null
  const detectableAt = (alpha: number) =>
    paired.error > 0 ? detectableMeanDifference(paired.error, alpha) : null
  return { ...stated(paired), n, detectableAt, raised: null, lowered: null }
}

function stated({ value, low, high, pValue, method }: PairedDifference) {
  return { value, low, high, pValue, method }
}

function pairedIndices(first: Figures, second: Figures): number[] {
  const pairs: number[] = []
  for (let at = 0; at < first.values.length; at++) {
    if (!Number.isNaN(first.values[at]) && !Number.isNaN(second.values[at])) pairs.push(at)
  }
  return pairs
}

function isBinary({ values }: Figures, indices: readonly number[]): boolean {
  return indices.every((at) => values[at] === 0 || values[at] === 1)
}
