/** How well two judges agree, or a judge with a person. */

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

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
