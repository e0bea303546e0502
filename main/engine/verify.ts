/** Measures what a configuration changed on the probe text, and that strength zero changes nothing: the passport. */
import type { Passport } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import type { JobSpec } from '#contract/jobs'
import type { Applied } from './interventions/types.ts'
import { issuePassport, logitDivergence, type ProbeReading } from './passport.ts'
import {
  openRunner,
  probeIds,
  readingName,
  readProbe,
  setInputs,
  type Context,
} from './preparation.ts'
import { readText } from './read-text.ts'
import { hashOf, recipeOf } from './recipe.ts'
import type { Runner } from './runtime/open-runner.ts'

export interface Changed {
  readonly runner: Runner
  readonly applied: readonly Applied[]
  /** Sites of the residual stream after each block. */
  readonly residuals: readonly string[]
}

export interface Verification extends Changed {
  readonly reference: ProbeReading
  readonly calibration: Passport['calibration']
  readonly trainedScales: NonNullable<Passport['trainedScales']>
}

/** Throws `incompatible` when the changed model's logits are not finite. Leaves the runner's inputs at their strengths. */
export async function verify(context: Context, parts: Verification): Promise<Passport> {
  const { spec, uses, surroundings } = context
  const { runner, applied, reference } = parts
  const ids = probeIds(context, runner)
  const changed = await readProbe(runner, ids, parts.residuals)
  requireFinite(changed, spec)
  return issuePassport({
    recipe: recipeOf(spec),
    reference,
    changed,
    vocab: changed.logits.length / ids.length,
    strengthZeroMaxAbs: await strengthZero(context, { runner, applied, ids, reference }),
    interventions: applied.map((one, index) => ({
      id: uses[index].intervention.id,
      sitesChanged: one.changed.length,
      siteNames: [...one.changed],
    })),
    probe: { textHash: hashOf(readText(spec.probeTextPath)), tokens: ids.length },
    calibration: parts.calibration,
    trainedScales: parts.trainedScales,
    issuedAt: surroundings.now(),
  })
}

/** Largest logit difference to the untouched model of the same precision with every strength at zero; strengths are put back. */
async function strengthZero(
  context: Context,
  parts: {
    runner: Runner
    applied: readonly Applied[]
    ids: readonly number[]
    reference: ProbeReading
  },
): Promise<number | null> {
  const { runner, applied, ids } = parts
  if (applied.length === 0 || applied.some((one) => one.inputsAtZero === null)) return null
  const isExact = context.spec.configuration.precision === 'exact'
  const untouched = isExact ? parts.reference.logits : await untouchedLogits(context, ids)
  for (const one of applied) setInputs(runner, one.inputsAtZero ?? new Map())
  const atZero = await runner.logits(ids)
  for (const one of applied) setInputs(runner, one.inputs)
  return logitDivergence(untouched, atZero, atZero.length / ids.length).maxAbs
}

async function untouchedLogits(context: Context, ids: readonly number[]): Promise<Float32Array> {
  const { precision } = context.spec.configuration
  const read = async (): Promise<ProbeReading> => {
    const runner = await openRunner(context, {
      precision,
      transform: (graph) => graph,
      inputs: new Map(),
    })
    try {
      return { logits: await runner.logits(ids), residuals: [] }
    } finally {
      await runner.close()
    }
  }
  return (await context.bench.reading(readingName(context, precision), read)).logits
}

function requireFinite(reading: ProbeReading, spec: JobSpec): void {
  if (reading.logits.every(Number.isFinite)) return
  const ids = spec.configuration.interventions.map(({ id }) => id).join(', ')
  throw new ActbenchError({
    code: 'incompatible',
    message: `${spec.model.name} with ${ids || spec.configuration.precision}: the probe text gives logits that are not finite.`,
    remedy: 'Lower the strength, or leave out the layers where the values overflow.',
  })
}
