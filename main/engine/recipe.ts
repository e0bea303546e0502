/** What a passport vouches for: everything that decides the computation, nothing that decides only its speed. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#contract/canonical'
import type { JobSpec } from '#contract/jobs'
import type { Json } from '#contract/json'
import { completeInterventions } from './interventions/records.ts'

/** Tokens of the probe: enough positions for a stable mean, few enough to hold all their logits. */
export const probeTokens = 96
/** Tokens of calibration text that thresholds are fitted on. */
export const calibrationTokens = 2048
/** Raised when what a passport measures changes. */
const passportVersion = 2

type RecipeSource = Pick<JobSpec, 'configuration'> & {
  readonly model: { readonly fingerprint: string }
}

export function recipeOf({ model, configuration }: RecipeSource): Json {
  return {
    fingerprint: model.fingerprint,
    interventions: completeInterventions(configuration.interventions) as unknown as Json,
    // Its id ends in the adapter's fingerprint. Absent without one, so that passports of before keep their names.
    ...(configuration.adapterId === undefined ? {} : { adapter: configuration.adapterId }),
    precision: configuration.precision,
    probeTokens,
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
