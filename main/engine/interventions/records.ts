/** The catalogue of interventions as plain data, and the completion of what a person wrote against it. */
import { z } from 'zod'
import { canonicalJson } from '#contract/canonical'
import type { InterventionRecord, InterventionUse } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import type { Json } from '#contract/json'
import { findIntervention, interventions } from './index.ts'
import type { Intervention } from './types.ts'

/** Every intervention with its parameter schema (JSON Schema) and defaults. */
export function interventionRecords(): InterventionRecord[] {
  return interventions.map((intervention) => ({
    id: intervention.id,
    title: intervention.title,
    summary: intervention.summary,
    category: intervention.category,
    paper: intervention.paper,
    paramsJsonSchema: z.toJSONSchema(intervention.params, { io: 'input' }) as Record<string, Json>,
    defaults: intervention.params.parse({}) as Record<string, Json>,
    strengthParam: intervention.strengthParam,
    needsCalibration: intervention.observes !== null,
  }))
}

/**
 * The same uses with every parameter written out except later ones at their defaults, so that the hash of a configuration depends
 * neither on which defaults somebody spelled nor on which of them there were at the time. Throws `invalid-input` naming intervention, parameter and what was expected; `not-found` for an unknown id.
 */
export function completeInterventions(uses: readonly InterventionUse[]): InterventionUse[] {
  return readUses(uses).map(({ id, params }) => ({ id, params: withoutLater(id, params) }))
}

/** The same uses with all parameters, as `apply` wants them. Throws as `completeInterventions` does. */
export function readUses(uses: readonly InterventionUse[]): InterventionUse[] {
  return uses.map((use, index) => {
    const intervention = findIntervention(use.id)
    const { params } = intervention
    const schema = params instanceof z.ZodObject ? params.strict() : params
    const parsed = schema.safeParse(use.params)
    if (!parsed.success) throw invalidParameter(use, index, parsed.error.issues[0])
    const issue = layerStrengthIssue(intervention, parsed.data)
    if (issue !== null) throw invalidParameter(use, index, issue)
    return { id: use.id, params: parsed.data as Record<string, Json> }
  })
}

function withoutLater(id: string, params: InterventionUse['params']): InterventionUse['params'] {
  const { laterParams = [], ...intervention } = findIntervention(id)
  if (laterParams.length === 0) return params
  const defaults = intervention.params.parse({}) as InterventionUse['params']
  const isLeftOut = (name: string, value: Json) =>
    laterParams.includes(name) && canonicalJson(value) === canonicalJson(defaults[name])
  return Object.fromEntries(
    Object.entries(params).filter(([name, value]) => !isLeftOut(name, value)),
  )
}

function invalidParameter(use: InterventionUse, index: number, issue: Issue): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `interventions[${index}] ${use.id}.${issue.path.join('.')}: ${issue.message}`,
    remedy: 'Correct the parameter; the form on the Configurations page shows its range.',
  })
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** The strength of a single layer has the range of the strength itself. */
function layerStrengthIssue(
  { params, strengthParam }: Intervention,
  { strengthByLayer }: Readonly<Record<string, unknown>>,
): Issue | null {
  if (!(params instanceof z.ZodObject) || strengthParam === null) return null
  const byLayer = z.record(z.string(), params.shape[strengthParam] as z.ZodType)
  const issue = byLayer.optional().safeParse(strengthByLayer).error?.issues[0]
  return issue === undefined ? null : { ...issue, path: ['strengthByLayer', ...issue.path] }
}
