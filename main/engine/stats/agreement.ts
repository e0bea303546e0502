/** How well two judges agree, or a judge with a person. */
import { type Interval, z95 } from './intervals.ts'

export interface ConfusionCounts {
  /** Both say yes. */
  readonly truePositive: number
  /** The judge says yes, the reference no. */
  readonly falsePositive: number
  readonly falseNegative: number
  readonly trueNegative: number
}

export interface Agreement {
  readonly n: number
  /** Share of the reference's yes that the judge finds; null without any. */
  readonly sensitivity: number | null
  readonly specificity: number | null
  readonly accuracy: number | null
  /** Cohen's kappa (1960): agreement beyond chance; null when chance alone would agree always. */
  readonly kappa: number | null
}

/** Sensitivity, specificity, accuracy and Cohen's kappa of a judge against a reference. */
export function agreement(counts: ConfusionCounts): Agreement {
  const { truePositive, falsePositive, falseNegative, trueNegative } = counts
  const positive = truePositive + falseNegative
  const negative = trueNegative + falsePositive
  const n = positive + negative
  const accuracy = share(truePositive + trueNegative, n)
  const said = truePositive + falsePositive
  const chance = n === 0 ? 1 : (said * positive + (n - said) * negative) / (n * n)
  return {
    n,
    sensitivity: share(truePositive, positive),
    specificity: share(trueNegative, negative),
    accuracy,
    kappa: accuracy === null || chance === 1 ? null : (accuracy - chance) / (1 - chance),
  }
}

/** Verdicts of two judges on one answer, 1 or 0. Answers of one cluster (the same prompt) are not independent. */
export interface VerdictPair {
  readonly first: number
  readonly second: number
  readonly cluster: string
}

/**
 * Cohen's kappa with its 95% interval, by the delta method: the large-sample variance of Fleiss, Cohen and Everitt (1969,
 * Psychological Bulletin 72(5)) is the mean square of kappa's influence function over n; here the influences are summed within clusters first, with the usual G / (G - 1). Null where chance alone would agree always (one judge says the
 * same everywhere); no interval for one cluster, and none for perfect agreement or disagreement, where that variance is zero.
 */
export function kappaInterval(pairs: readonly VerdictPair[]): Interval {
  const counts = confusionOf(pairs)
  const value = agreement(counts).kappa
  const n = pairs.length
  if (value === null) return { value, low: null, high: null }
  const { truePositive: both, falsePositive, falseNegative } = counts
  const observed = (both + counts.trueNegative) / n
  const first = (both + falsePositive) / n
  const second = (both + falseNegative) / n
  const chance = first * second + (1 - first) * (1 - second)
  const influence = (pair: VerdictPair): number => {
    const agrees = pair.first === pair.second ? 1 : 0
    const margins =
      (pair.first === 1 ? second : 1 - second) + (pair.second === 1 ? first : 1 - first)
    return (
      (agrees - observed) / (1 - chance) -
      ((1 - observed) * (margins - 2 * chance)) / (1 - chance) ** 2
    )
  }
  const sums = new Map<string, number>()
  for (const pair of pairs) {
    sums.set(pair.cluster, (sums.get(pair.cluster) ?? 0) + influence(pair))
  }
  const squares = [...sums.values()].reduce((sum, part) => sum + part * part, 0)
  const variance = sums.size < 2 ? 0 : ((sums.size / (sums.size - 1)) * squares) / (n * n)
  // Rounding leaves 1e-35 where the formula gives zero.
  if (variance < 1e-20) return { value, low: null, high: null }
  const half = z95 * Math.sqrt(variance)
  return { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) }
}

/** Counts with `first` as the judge and `second` as the reference. */
export function confusionOf(
  pairs: readonly Pick<VerdictPair, 'first' | 'second'>[],
): ConfusionCounts {
  const count = (first: number, second: number): number =>
    pairs.filter((pair) => pair.first === first && pair.second === second).length
  return {
    truePositive: count(1, 1),
    falsePositive: count(1, 0),
    falseNegative: count(0, 1),
    trueNegative: count(0, 0),
  }
}

/** A judge with sensitivity + specificity - 1 below this tells too little for a correction to mean anything. */
const leastInformed = 0.1

/**
 * A rate as a judge found it, corrected for its errors: (rate + specificity - 1) / (sensitivity + specificity - 1), kept
 * within [0, 1] (Rogan and Gladen 1978, American Journal of Epidemiology 107(1)). Null where an error rate is not known
 * or the judge hardly tells the two apart.
 */
export function correctedRate(
  rate: number,
  { sensitivity, specificity }: Pick<Agreement, 'sensitivity' | 'specificity'>,
): number | null {
  if (sensitivity === null || specificity === null) return null
  const informed = sensitivity + specificity - 1
  if (informed < leastInformed) return null
  return Math.min(1, Math.max(0, (rate + specificity - 1) / informed))
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
