/**
 * Proof that a configuration's interventions acted as meant: error by layer and divergence of the next-token distribution
 * on a fixed probe text, both against the exact untouched model, and the check that strength zero changes nothing. Of an encoder
 * with heads it is the distribution of slot labels at every token of the probe: the intent would be a single one.
 */
import type { Passport } from '#contract/configurations'
import type { Json } from '#contract/json'
import { hashOf } from './recipe.ts'
import { fitError } from './stats/error-fit.ts'

/** What the probe shows of one graph. */
export interface ProbeReading {
  /** [seq, vocab] */
  readonly logits: Float32Array
  /** `hook_resid_post` of each layer in order, [seq, dModel]. */
  readonly residuals: readonly Float32Array[]
  /** What the MLP reads in each layer, thinned alike in all readings; absent where nobody compares it. */
  readonly mlp?: Readonly<Record<MlpSite, readonly Float32Array[]>>
}

/** Its input, and what its output product reads. */
export type MlpSite = 'up' | 'down'

/**
 * Largest logit difference that float32 rounding may leave between the untouched graph and strength zero: the two may be
 * fused differently. Logits are of order 10 and the models' float32 noise is about 1e-4.
 */
export const strengthZeroTolerance = 2e-3

/** Frobenius norm of the difference over that of the reference, by layer. */
export function relativeErrors(reference: ProbeReading, changed: ProbeReading): number[] {
  return reference.residuals.map((before, layer) => relativeError(before, changed.residuals[layer]))
}

export function relativeError(before: Float32Array, after: Float32Array): number {
  let difference = 0
  let norm = 0
  for (let i = 0; i < before.length; i++) {
    difference += (after[i] - before[i]) ** 2
    norm += before[i] ** 2
  }
  return norm === 0 ? 0 : Math.sqrt(difference / norm)
}

/** Distributions fitted to the error at each site (Zhang et al., USENIX Security 2025, medians over layers). */
export function errorFits(
  reference: ProbeReading,
  changed: ProbeReading,
): NonNullable<Passport['errorFits']> {
  return (['up', 'down'] as const).flatMap((site) => {
    const before = reference.mlp?.[site] ?? []
    const after = changed.mlp?.[site] ?? []
    const fits = before.flatMap((exact, layer) => {
      const error = after[layer].map((value, index) => value - exact[index])
      return fitError(error) ?? []
    })
    if (fits.length === 0) return []
    return {
      site,
      sigma: middle(fits.map(({ sigma }) => sigma)),
      b: middle(fits.map(({ b }) => b)),
      layers: fits.length,
      laplaceLayers: fits.filter(({ family }) => family === 'laplace').length,
    }
  })
}

function middle(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const n = ascending.length
  return (ascending[(n - 1) >> 1] + ascending[n >> 1]) / 2
}

export interface Divergence {
  /** Mean over positions of KL(reference || changed), nats. */
  readonly klNats: number
  /** Share of positions with the same most likely token. */
  readonly top1Agreement: number
  readonly maxAbs: number
}

/** Compares next-token distributions position by position; logits [seq, vocab]. */
export function logitDivergence(
  reference: Float32Array,
  changed: Float32Array,
  vocab: number,
): Divergence {
  const positions = reference.length / vocab
  let kl = 0
  let agreeing = 0
  let maxAbs = 0
  for (let position = 0; position < positions; position++) {
    const p = reference.subarray(position * vocab, (position + 1) * vocab)
    const q = changed.subarray(position * vocab, (position + 1) * vocab)
    const logZp = logSumExp(p)
    const logZq = logSumExp(q)
    let best = 0
    let bestChanged = 0
    for (let token = 0; token < vocab; token++) {
      const logP = p[token] - logZp
      kl += Math.exp(logP) * (logP - (q[token] - logZq))
      maxAbs = Math.max(maxAbs, Math.abs(q[token] - p[token]))
      if (p[token] > p[best]) best = token
      if (q[token] > q[bestChanged]) bestChanged = token
    }
    if (best === bestChanged) agreeing += 1
  }
  // Rounding can leave a sum of exact zeros at -1e-9.
  return { klNats: Math.max(0, kl / positions), top1Agreement: agreeing / positions, maxAbs }
}

function logSumExp(values: Float32Array): number {
  let max = -Infinity
  for (const value of values) if (value > max) max = value
  let sum = 0
  for (const value of values) sum += Math.exp(value - max)
  return max + Math.log(sum)
}

export interface PassportParts {
  readonly recipe: Json
  readonly reference: ProbeReading
  readonly changed: ProbeReading
  /** Untouched model at the configuration's precision against strength zero; null when there is no strength. */
  readonly strengthZeroMaxAbs: number | null
  readonly vocab: number
  readonly interventions: Passport['interventions']
  readonly probe: Passport['probe']
  readonly calibration: Passport['calibration']
  readonly trainedScales: NonNullable<Passport['trainedScales']>
  readonly issuedAt: number
}

export function issuePassport(parts: PassportParts): Passport {
  const divergence = logitDivergence(parts.reference.logits, parts.changed.logits, parts.vocab)
  const holds =
    parts.strengthZeroMaxAbs === null ? null : parts.strengthZeroMaxAbs <= strengthZeroTolerance
  return {
    recipeHash: hashOf(parts.recipe),
    recipe: parts.recipe,
    // An intervention without a strength cannot be checked at zero; what it changed is still measured and shown.
    isVerified:
      holds !== false && parts.interventions.every(({ sitesChanged }) => sitesChanged > 0),
    interventions: parts.interventions,
    relativeErrorByLayer: relativeErrors(parts.reference, parts.changed),
    errorFits: errorFits(parts.reference, parts.changed),
    logitKlNats: divergence.klNats,
    top1Agreement: divergence.top1Agreement,
    strengthZeroMaxAbs: parts.strengthZeroMaxAbs,
    strengthZeroHolds: holds,
    probe: parts.probe,
    calibration: parts.calibration,
    ...(parts.trainedScales.length === 0 ? {} : { trainedScales: parts.trainedScales }),
    issuedAt: parts.issuedAt,
  }
}
