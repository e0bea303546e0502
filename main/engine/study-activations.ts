/**
 * A study from beginning to end: where harmful and harmless prompts lie in the residual stream of every layer, with the exact
 * untouched model and with the configuration. Its result is one event; nothing is answered or scored.
 */
import type { ActivationSpaceResult } from '#contract/comparisons'
import { ActbenchError } from '#contract/errors'
import type { EngineTask, JobEvent, JobSpec } from '#contract/jobs'
import { jsonSchema } from '#contract/json'
import {
  describeLayer,
  pointsOf,
  readLastTokens,
  type LastTokens,
} from './activation-space/index.ts'
import { findDecoder } from './architectures/index.ts'
import { createChannel, type Channel } from './channel.ts'
import { openCheckpoint } from './checkpoint/open.ts'
import { describeEnvironment } from './environment.ts'
import { jobDone, jobStopped } from './job-ended.ts'
import { restartPeakMemory } from './peak-memory.ts'
import { prepare, type Machine, type Prepared, type Surroundings } from './prepare.ts'
import { requireRunner } from './runtime/open-runner.ts'
import { createCausalRunner, type CausalRunner } from './runtime/runner.ts'
import { studyPrompts, type StudyPrompts } from './study-prompts.ts'
import { createWorkbench, type OpenModel, type Workbench } from './workbench.ts'

export type StudyTask = Extract<EngineTask, { kind: 'activation-space' }>

interface Study {
  readonly spec: JobSpec
  readonly task: StudyTask
  readonly surroundings: Surroundings & { readonly bench: Workbench }
  readonly machine: Machine
  readonly prompts: StudyPrompts
  readonly sites: readonly string[]
  readonly dModel: number
}

/**
 * Runs `spec.task`, always from the start. What is compared: the configuration, and the same weights untouched in exact
 * precision; a configuration that has an adapter and nothing else is compared with the model without it. The stream always
 * ends with `job-ended`; a failure is in it, not thrown.
 */
export async function* studyActivations(
  spec: JobSpec,
  surroundings: Surroundings,
): AsyncGenerator<JobEvent, void> {
  const bench = surroundings.bench ?? createWorkbench()
  let prepared: Prepared | null = null
  // The exact model is read before anything is prepared, and what that says belongs to this job.
  bench.listen(surroundings.log)
  try {
    const task = requireStudy(spec)
    const { machine, environment } = await describeEnvironment(spec, bench)
    const model = await bench.open(spec)
    const prompts = await studyPrompts({ spec, task, tokenizer: model.tokenizer })
    const total = 2 * prompts.ids.length
    yield { type: 'job-started', total, remaining: total, environment }
    const { nLayers, dModel } = findDecoder(model.checkpoint).readConfig(model.checkpoint)
    const sites = Array.from({ length: nLayers }, (_, layer) => `blocks.${layer}.hook_resid_post`)
    const around = { ...surroundings, bench }
    const study = { spec, task, surroundings: around, machine, prompts, sites, dModel }
    const exact = yield* readExact(study, model)
    prepared = yield* prepare(spec, around, machine)
    restartPeakMemory()
    const changed = yield* readChanged(study, requireRunner(prepared.runner, 'decoder'))
    yield running('Measuring the distances')
    const payload = jsonSchema.parse(resultOf(study, exact, changed))
    yield { type: 'analysis-finished', payload }
    yield jobDone()
  } catch (error) {
    yield jobStopped(error, surroundings.signal)
  } finally {
    await prepared?.close()
    if (surroundings.bench === undefined) await bench.close()
  }
}

function requireStudy({ task }: JobSpec): StudyTask {
  if (task?.kind === 'activation-space') return task
  throw new ActbenchError({
    code: 'internal',
    message: `A study of activations: expected its suites, found ${task?.kind ?? 'no task'}.`,
  })
}

/** The untouched side: the same for all configurations of a model, so that it is read once for all jobs of a process. */
async function* readExact(study: Study, model: OpenModel): AsyncGenerator<JobEvent, LastTokens> {
  const { spec, task, surroundings, machine, prompts } = study
  const { bench } = surroundings
  const { checkpoint, isBase } = untouched(spec, model)
  const { systemPrompt } = spec.configuration
  const name = JSON.stringify(['last tokens', isBase, machine, systemPrompt, task, prompts.hashes])
  let exact: LastTokens = []
  const channel = createChannel<JobEvent>()
  yield* channel.drain(async () => {
    const reading = await bench.reading(name, async () => {
      const runner = await createCausalRunner({
        ...machine,
        checkpoint,
        precision: 'exact',
        cacheDir: spec.cacheDir,
        transform: (graph) => graph,
        inputs: new Map(),
        logger: {
          info: (message) => bench.log('info', message),
          warn: (message) => bench.log('warning', message),
        },
        beforeSession: bench.clear,
      })
      try {
        const residuals = await readAll(study, { runner, channel, title: 'Exact model' })
        return { logits: new Float32Array(), residuals }
      } finally {
        await runner.close()
      }
    })
    exact = reading.residuals
  })
  return exact
}

/** An adapter is a part of the model, unless it is all that the configuration changes. */
function untouched(spec: JobSpec, { checkpoint }: OpenModel) {
  const { interventions, precision } = spec.configuration
  const isAdapterAll = interventions.length === 0 && precision === 'exact'
  return spec.adapter !== null && isAdapterAll
    ? { checkpoint: openCheckpoint(spec.model.path), isBase: true }
    : { checkpoint, isBase: false }
}

async function* readChanged(
  study: Study,
  runner: CausalRunner,
): AsyncGenerator<JobEvent, LastTokens> {
  let changed: LastTokens = []
  const channel = createChannel<JobEvent>()
  yield* channel.drain(async () => {
    changed = await readAll(study, { runner, channel, title: 'Configuration' })
  })
  return changed
}

/** Progress at most so often: each one is stored. */
const progressEveryMs = 2000

async function readAll(
  study: Study,
  side: { runner: CausalRunner; channel: Channel<JobEvent>; title: string },
): Promise<LastTokens> {
  const { prompts, sites, dModel, surroundings } = study
  const { now, signal } = surroundings
  const { runner, channel, title } = side
  const count = prompts.ids.length
  let toldAt = -Infinity
  const onPrompts = (done: number) => {
    if (now() - toldAt < progressEveryMs) return
    toldAt = now()
    channel.push(running(`${title}: ${done} of ${count} prompts`))
  }
  const values = await readLastTokens(runner, prompts.ids, { sites, dModel, signal, onPrompts })
  requireFinite(values, study, title)
  return values
}

function requireFinite(values: LastTokens, { sites, spec }: Study, title: string): void {
  const layer = values.findIndex((layer) => !layer.every(Number.isFinite))
  if (layer < 0) return
  throw new ActbenchError({
    code: 'incompatible',
    message: `${spec.model.name}, ${title.toLowerCase()}: ${sites[layer]} has values that are not finite.`,
    remedy: 'Lower the strength, or leave out the layers where the values overflow.',
  })
}

function resultOf(study: Study, exact: LastTokens, changed: LastTokens): ActivationSpaceResult {
  const { task, prompts, dModel, sites } = study
  const { harmful, harmless } = prompts.samples
  const first = { from: 0, to: harmful, dModel }
  const second = { from: harmful, to: harmful + harmless, dModel }
  return {
    harmful: task.harmful,
    harmless: task.harmless,
    samples: prompts.samples,
    site: 'hook_resid_post',
    layers: sites.map((_, layer) =>
      describeLayer(layer, {
        harmful: pointsOf(exact[layer], first),
        harmless: pointsOf(exact[layer], second),
        harmfulAfter: pointsOf(changed[layer], first),
        harmlessAfter: pointsOf(changed[layer], second),
      }),
    ),
  }
}

function running(detail: string): JobEvent {
  return { type: 'stage-changed', stage: 'running', detail }
}
