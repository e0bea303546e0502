/** One configuration's figure with its interval, by the unit of the metric. */
import type { Estimate } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import {
  clusterMeanInterval,
  clusterWilsonInterval,
  type Interval,
  lossInterval,
  meanInterval,
  perplexityInterval,
  ratioInterval,
  type Resampler,
  wilsonInterval,
} from '../stats/index.ts'
import type { Figures } from './collect.ts'
import { pooledDraws, pooledParts } from './pooled.ts'

/** Seed of every bootstrap here: a comparison computed twice is the same to the last digit. */
export const bootstrapSeed = 20250101

/**
 * Estimate over the samples that `figures` has values for, or over those of them at `indices`. Rates of 0 and 1 get
 * Wilson's interval; other means Student's t; both cluster-robust when every sample names a cluster and clusters are fewer
 * than samples. Losses become perplexity, or bits a unit, with a bootstrap interval, and quotients are pooled with one.
 */
export function estimateOf(input: {
  readonly figures: Figures
  readonly unit: MetricRecord['unit']
  /** Cluster of each sample index; null: samples are independent. */
  readonly clusters: readonly (string | null)[] | null
  readonly indices: readonly number[]
  /** One for the whole comparison, with `bootstrapSeed`. */
  readonly resampler: Resampler
  readonly unscored: number
  readonly errored: number
}): Estimate {
  const { indices, unscored, errored } = input
  const { interval, method } = intervalOf(input)
  return { ...interval, n: indices.length, unscored, errored, method }
}

function intervalOf(input: {
  figures: Figures
  unit: MetricRecord['unit']
  clusters: readonly (string | null)[] | null
  indices: readonly number[]
  resampler: Resampler
}): { interval: Interval; method: string } {
  const { figures, unit, clusters, indices } = input
  if (unit === 'perplexity' || unit === 'bits') {
    const samples = weightedSamples(figures, indices)
    const intervalOfLoss = unit === 'bits' ? lossInterval : perplexityInterval
    const { method, value, low, high } = intervalOfLoss(samples, input.resampler)
    return { interval: { value, low, high }, method }
  }
  const names = clusterNames(clusters, indices)
  if (unit === 'f1') {
    const parts = pooledParts({ figures, indices, clusters: names })
    const { method, value, low, high } = ratioInterval(parts, pooledDraws(parts))
    return { interval: { value, low, high }, method: names === null ? method : `${method}-cluster` }
  }
  const values = indices.map((at) => figures.values[at])
  if (unit === 'rate' && values.every((value) => value === 0 || value === 1)) {
    if (names !== null) {
      return { interval: clusterWilsonInterval(values, names), method: 'wilson-cluster' }
    }
    const events = values.reduce<number>((sum, value) => sum + value, 0)
    return { interval: wilsonInterval(events, values.length), method: 'wilson' }
  }
  if (names === null) return { interval: meanInterval(values), method: 't' }
  return { interval: clusterMeanInterval(values, names), method: 't-cluster' }
}

/** Indices of the samples that have a value. */
export function valuedIndices(figures: Figures): number[] {
  const indices: number[] = []
  for (let at = 0; at < figures.values.length; at++) {
    if (!Number.isNaN(figures.values[at])) indices.push(at)
  }
  return indices
}

/** Total loss and number of tokens of each sample: the stored value is the loss per token. */
export function weightedSamples(
  figures: Figures,
  indices: readonly number[],
): { total: number; weight: number }[] {
  return indices.map((at) => {
    const weight = figures.weights[at]
    return { total: figures.values[at] * weight, weight }
  })
}

/** Clusters of these samples; null when some sample has none, each has its own, or all share one: then samples count as independent. */
export function clusterNames(
  clusters: readonly (string | null)[] | null,
  indices: readonly number[],
): string[] | null {
  if (clusters === null) return null
  const names: string[] = []
  for (const at of indices) {
    const name = clusters[at]
    if (name === null) return null
    names.push(name)
  }
  const { size } = new Set(names)
  return size < 2 || size === names.length ? null : names
}
