/** What a passport vouches for: everything that decides the computation, nothing that decides only its speed. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#contract/canonical'
import type { Configuration } from '#contract/configurations'
import type { Json } from '#contract/json'
import { completeInterventions } from './interventions/records.ts'
import { readText } from './read-text.ts'

/** Tokens of the probe: enough positions for a stable mean, few enough to hold all their logits. */
export const probeTokens = 96
/** Tokens of calibration text that thresholds are fitted on. */
export const calibrationTokens = 2048
/** Raised when what a passport measures changes. */
const passportVersion = 4

export interface RecipeSource {
  readonly model: { readonly fingerprint: string }
  readonly adapter: { readonly fingerprint: string } | null
  readonly configuration: Configuration
  readonly calibrationTextPath: string
  readonly probeTextPath: string
}

/** Throws `not-found` when one of the texts cannot be read. */
export function recipeOf(source: RecipeSource): Json {
  const { model, adapter, configuration } = source
  return {
    fingerprint: model.fingerprint,
    adapterFingerprint: adapter?.fingerprint ?? null,
    interventions: completeInterventions(configuration.interventions) as unknown as Json,
    precision: configuration.precision,
    probeTextHash: hashOf(readText(source.probeTextPath)),
    probeTokens,
    calibrationTextHash: hashOf(readText(source.calibrationTextPath)),
    calibrationTokens,
    passportVersion,
  }
}

/** Name under which a passport is stored and found again. */
export function recipeHashOf(source: RecipeSource): string {
  return hashOf(recipeOf(source))
}

/** sha256 of a value's canonical JSON, hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
