/**
 * Configuration -> checkpoint -> graph -> interventions in order -> session, with the proof that they acted.
 * Tells the story; the arithmetic is in calibration/, passport.ts and runtime/.
 */
import type { JobEvent, JobSpec } from '#contract/jobs'
import { openCheckpoint } from './checkpoint/open.ts'
import type { Checkpoint } from './checkpoint/types.ts'
import type { Applied, FittedStatistics, InputTensor } from './interventions/types.ts'
import {
  openRunner,
  residualSites,
  resolveUses,
  stage,
  type Context,
  type Machine,
  type Surroundings,
} from './preparation.ts'
import { observeReference } from './reference.ts'
import type { CausalRunner } from './runtime/runner.ts'
import { openTokenizer } from './tokenizer/open.ts'
import type { Tokenizer } from './tokenizer/types.ts'
import { verify, type Changed } from './verify.ts'

export type { Machine, Surroundings } from './preparation.ts'

export interface Prepared {
  readonly checkpoint: Checkpoint
  readonly tokenizer: Tokenizer
  readonly runner: CausalRunner
}

/**
 * A runner that is ready to answer as the configuration says. Yields stages, fitted artifacts and the passport on the way.
 * Throws before the first sample when the configuration cannot work: `incompatible`, `unsupported`, `malformed-file`.
 */
export async function* prepare(
  spec: JobSpec,
  surroundings: Surroundings,
  machine: Machine,
): AsyncGenerator<JobEvent, Prepared> {
  yield stage('loading', spec.model.name)
  const checkpoint = openCheckpoint(spec.model.path)
  const tokenizer = openTokenizer(checkpoint)
  const context = { spec, surroundings, machine, checkpoint, tokenizer, uses: resolveUses(spec) }
  const { fitted, calibration, probe } = yield* observeReference(context)
  yield stage('loading', `${spec.model.name}, ${spec.configuration.precision} precision`)
  const changed = await openChanged(context, fitted)
  try {
    if (probe !== null) {
      yield stage('verifying', 'comparing with the untouched model on the probe text')
      const passport = await verify(context, { ...changed, reference: probe, calibration })
      yield { type: 'passport-issued', passport }
    }
  } catch (error) {
    await changed.runner.close()
    throw error
  }
  return { checkpoint, tokenizer, runner: changed.runner }
}

async function openChanged(
  context: Context,
  fitted: readonly (FittedStatistics | null)[],
): Promise<Changed> {
  let applied: Applied[] = []
  let residuals: readonly string[] = []
  const inputs = new Map<string, InputTensor>()
  const runner = await openRunner(context, {
    precision: context.spec.configuration.precision,
    inputs,
    transform: (plain) => {
      // Called once for every form of the graph (with cache, whole); the last call's record is as good as the first's.
      residuals = residualSites(plain)
      applied = []
      return context.uses.reduce((graph, { intervention, params, covers, prefix }, index) => {
        const one = intervention.apply({ graph, params, covers, prefix, fitted: fitted[index] })
        applied.push(one)
        for (const [name, tensor] of one.inputs) inputs.set(name, tensor)
        return one.graph
      }, plain)
    },
  })
  return { runner, applied, residuals }
}
