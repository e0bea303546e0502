/**
 * Configuration -> checkpoint -> graph -> interventions in order -> session, with the proof that they acted.
 * Tells the story; the arithmetic is in calibration/, passport.ts and runtime/.
 */
import type { JobEvent, JobSpec } from '#contract/jobs'
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
import type { Runner } from './runtime/open-runner.ts'
import type { Tokenizer } from './tokenizer/types.ts'
import { verify, type Changed } from './verify.ts'
import { createWorkbench } from './workbench.ts'

export type { Machine, Surroundings } from './preparation.ts'

export interface Prepared {
  readonly checkpoint: Checkpoint
  readonly tokenizer: Tokenizer
  readonly runner: Runner
  /** To be called when the job has ended; what other jobs can use stays open where the surroundings have a bench. */
  readonly close: () => Promise<void>
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
  const bench = surroundings.bench ?? createWorkbench()
  const close = async () => {
    if (surroundings.bench === undefined) await bench.close()
  }
  bench.listen(surroundings.log)
  try {
    const { checkpoint, tokenizer } = await bench.open(spec)
    const uses = resolveUses(spec)
    const context = { spec, surroundings, machine, bench, checkpoint, tokenizer, uses }
    const { fitted, probe, ...known } = yield* observeReference(context)
    yield stage('loading', `${spec.model.name}, ${spec.configuration.precision} precision`)
    const changed = await openChanged(context, fitted)
    if (probe !== null) {
      yield stage('verifying', 'comparing with the untouched model on the probe text')
      const passport = await verify(context, { ...changed, reference: probe, ...known })
      yield { type: 'passport-issued', passport }
    }
    return { checkpoint, tokenizer, runner: changed.runner, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openChanged(
  context: Context,
  fitted: readonly (FittedStatistics | null)[],
): Promise<Changed> {
  let applied: Applied[] = []
  let residuals: readonly string[] = []
  const inputs = new Map<string, InputTensor>()
  const { bench, machine, spec, uses } = context
  const { precision } = spec.configuration
  const candidate = await openRunner(context, {
    precision,
    inputs,
    transform: (plain) => {
      // Called once for every form of the graph (with cache, whole); the last call's record is as good as the first's.
      residuals = residualSites(plain)
      applied = []
      return uses.reduce((graph, { intervention, params, covers, prefix }, index) => {
        const one = intervention.apply({ graph, params, covers, prefix, fitted: fitted[index] })
        applied.push(one)
        for (const [name, tensor] of one.inputs) inputs.set(name, tensor)
        return one.graph
      }, plain)
    },
  })
  const key = JSON.stringify([machine, precision, spec.cacheDir, candidate.graphDigest])
  const runner = await bench.adopt({ key, runner: candidate, inputs })
  return { runner, applied, residuals }
}
