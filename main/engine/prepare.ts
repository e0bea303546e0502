/**
 * Configuration -> checkpoint -> graph -> interventions in order -> session, with the proof that they acted.
 * Tells the story; the arithmetic is in calibration/, passport.ts and runtime/.
 */
import { readFileSync } from 'node:fs'
import type { Passport } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import type { JobEvent, JobSpec } from '#contract/jobs'
import type { Json } from '#contract/json'
import { openCheckpoint } from './checkpoint/open.ts'
import type { Checkpoint } from './checkpoint/types.ts'
import { fitStatistics } from './calibration/fit.ts'
import type { Graph } from './graph/ir.ts'
import { matchSites } from './graph/rewrite.ts'
import { findIntervention } from './interventions/index.ts'
import { completeInterventions } from './interventions/records.ts'
import type { Applied, FittedStatistics, InputTensor, Intervention } from './interventions/types.ts'
import { issuePassport, logitDivergence, type ProbeReading } from './passport.ts'
import { calibrationTokens, hashOf, probeTokens, recipeOf } from './recipe.ts'
import { createCausalRunner, type CausalRunner } from './runtime/runner.ts'
import { openTokenizer } from './tokenizer/open.ts'
import type { Tokenizer } from './tokenizer/types.ts'

export interface Surroundings {
  readonly signal: AbortSignal
  readonly log: (level: 'info' | 'warning' | 'error', message: string) => void
  readonly now: () => number
}

export interface Machine {
  readonly provider: 'cpu' | 'cuda' | 'webgpu'
  readonly threads: number
}

export interface Prepared {
  readonly checkpoint: Checkpoint
  readonly tokenizer: Tokenizer
  readonly runner: CausalRunner
}

interface Use {
  readonly intervention: Intervention
  readonly params: Record<string, Json>
  readonly prefix: string
}

interface Context {
  readonly spec: JobSpec
  readonly surroundings: Surroundings
  readonly machine: Machine
  readonly checkpoint: Checkpoint
  readonly tokenizer: Tokenizer
  readonly uses: readonly Use[]
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
  const uses = completeInterventions(spec.configuration.interventions).map((use, index) => ({
    intervention: findIntervention(use.id),
    params: use.params,
    prefix: `intervention.${index}`,
  }))
  const context = { spec, surroundings, machine, checkpoint, tokenizer, uses }
  const reference = yield* observeReference(context)
  yield stage('loading', `${spec.model.name}, ${spec.configuration.precision} precision`)
  const changed = await createChangedRunner(context, reference.fitted)
  try {
    if (reference.probe !== null) {
      yield stage('verifying', 'comparing with the untouched model on the probe text')
      const passport = await verify(context, { ...changed, reference, probe: reference.probe })
      yield { type: 'passport-issued', passport }
    }
  } catch (error) {
    await changed.runner.close()
    throw error
  }
  return { checkpoint, tokenizer, runner: changed.runner }
}

interface Reference {
  readonly fitted: readonly (FittedStatistics | null)[]
  readonly calibration: Passport['calibration']
  /** Null when the passport is at hand already, or there is nothing to verify. */
  readonly probe: ProbeReading | null
}

/** What the untouched model shows: statistics that interventions ask for, and the probe. It is closed again here. */
async function* observeReference(context: Context): AsyncGenerator<JobEvent, Reference> {
  const { spec, uses } = context
  const needsProbe = spec.passport === null && isChanged(spec)
  const needsFit = uses.some(({ intervention }) => intervention.observedSites !== null)
  if (!needsProbe && !needsFit)
    return { fitted: uses.map(() => null), calibration: [], probe: null }
  let plain: Graph | null = null
  const runner = await createRunner(context, {
    precision: 'exact',
    transform: (graph) => (plain = graph),
    inputs: new Map(),
  })
  try {
    const graph = requireGraph(plain)
    const fitted: (FittedStatistics | null)[] = []
    const calibration: Passport['calibration'] = []
    for (const use of uses) {
      if (use.intervention.observedSites === null) {
        fitted.push(null)
        continue
      }
      yield stage('calibrating', use.intervention.title)
      const result = await fitStatistics({
        sites: use.intervention.observedSites(graph, use.params),
        runner,
        fingerprint: spec.model.fingerprint,
        text: readText(spec.calibrationTextPath),
        encode: (text) => context.tokenizer.encode(text, { addSpecial: true }),
        maxTokens: calibrationTokens,
        artifacts: spec.artifacts,
        signal: context.surroundings.signal,
        onWindow: () => undefined,
      })
      if (result.isNew) {
        yield {
          type: 'artifact-fitted',
          key: result.key,
          hash: result.hash,
          payload: result.payload,
        }
      }
      fitted.push(result.statistics)
      calibration.push({
        interventionId: use.intervention.id,
        textHash: result.textHash,
        tokens: result.tokens,
        artifactHash: result.hash,
      })
    }
    const probe = needsProbe
      ? await readProbe(runner, probeIds(context), residualSites(graph))
      : null
    return { fitted, calibration, probe }
  } finally {
    await runner.close()
  }
}

interface Changed {
  readonly runner: CausalRunner
  readonly applied: readonly Applied[]
  readonly residuals: readonly string[]
}

async function createChangedRunner(
  context: Context,
  fitted: readonly (FittedStatistics | null)[],
): Promise<Changed> {
  let applied: Applied[] = []
  let residuals: readonly string[] = []
  const inputs = new Map<string, InputTensor>()
  const runner = await createRunner(context, {
    precision: context.spec.configuration.precision,
    inputs,
    transform: (plain) => {
      // Called once for every form of the graph (with cache, whole); the last call's record is as good as the first's.
      residuals = residualSites(plain)
      applied = []
      return context.uses.reduce((graph, { intervention, params, prefix }, index) => {
        const one = intervention.apply({ graph, params, prefix, fitted: fitted[index] })
        applied.push(one)
        for (const [name, tensor] of one.inputs) inputs.set(name, tensor)
        return one.graph
      }, plain)
    },
  })
  return { runner, applied, residuals }
}

async function verify(
  context: Context,
  parts: Changed & { reference: Reference; probe: ProbeReading },
): Promise<Passport> {
  const { spec } = context
  const { runner, applied } = parts
  const ids = probeIds(context)
  const changed = await readProbe(runner, ids, parts.residuals)
  requireFinite(changed, spec)
  return issuePassport({
    recipe: recipeOf(spec),
    reference: parts.probe,
    changed,
    vocab: changed.logits.length / ids.length,
    strengthZeroMaxAbs: await strengthZero(context, {
      runner,
      applied,
      ids,
      reference: parts.probe,
    }),
    interventions: applied.map((one, index) => ({
      id: context.uses[index].intervention.id,
      sitesChanged: one.changed.length,
      siteNames: [...one.changed],
    })),
    probe: { textHash: hashOf(readText(spec.probeTextPath)), tokens: ids.length },
    calibration: parts.reference.calibration,
    issuedAt: context.surroundings.now(),
  })
}

/** Largest logit difference to the untouched model of the same precision with every strength at zero; strengths are put back. */
async function strengthZero(
  context: Context,
  parts: {
    runner: CausalRunner
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
  const runner = await createRunner(context, {
    precision: context.spec.configuration.precision,
    transform: (graph) => graph,
    inputs: new Map(),
  })
  try {
    return await runner.logits(ids)
  } finally {
    await runner.close()
  }
}

function setInputs(runner: CausalRunner, inputs: ReadonlyMap<string, InputTensor>): void {
  for (const [name, tensor] of inputs) runner.setInput(name, tensor)
}

/** One run for both: logits are a site like the others. */
async function readProbe(
  runner: CausalRunner,
  ids: readonly number[],
  residuals: readonly string[],
): Promise<ProbeReading> {
  const values = await runner.activations(ids, [...residuals, 'hook_logits'])
  const read = (site: string) => values.get(site)?.data ?? new Float32Array()
  return { logits: read('hook_logits'), residuals: residuals.map(read) }
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

function isChanged({ configuration }: JobSpec): boolean {
  return configuration.interventions.length > 0 || configuration.precision !== 'exact'
}

function createRunner(
  context: Context,
  options: {
    precision: 'exact' | 'fast' | 'float16'
    transform: (graph: Graph) => Graph
    inputs: ReadonlyMap<string, InputTensor>
  },
): Promise<CausalRunner> {
  return createCausalRunner({
    ...options,
    checkpoint: context.checkpoint,
    provider: context.machine.provider,
    threads: context.machine.threads,
    cacheDir: context.spec.cacheDir,
    logger: {
      info: (message) => context.surroundings.log('info', message),
      warn: (message) => context.surroundings.log('warning', message),
    },
  })
}

function probeIds({ spec, tokenizer }: Context): number[] {
  return tokenizer.encode(readText(spec.probeTextPath), { addSpecial: true }).slice(0, probeTokens)
}

function residualSites(graph: Graph): string[] {
  return matchSites(graph, 'blocks.*.hook_resid_post')
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ActbenchError({
      code: 'not-found',
      message: `${path}: the text cannot be read.`,
      cause,
    })
  }
}

function requireGraph(graph: Graph | null): Graph {
  if (graph !== null) return graph
  throw new ActbenchError({ code: 'internal', message: 'The runner did not hand out its graph.' })
}

function stage(name: 'loading' | 'calibrating' | 'verifying', detail: string): JobEvent {
  return { type: 'stage-changed', stage: name, detail }
}
