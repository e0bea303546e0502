/** What the steps of a preparation share: its context, runners over the job's checkpoint, and readings of the probe text. */
import type { JobEvent, JobSpec } from '#contract/jobs'
import type { Json } from '#contract/json'
import { thin } from './calibration/reduce.ts'
import type { Checkpoint } from './checkpoint/types.ts'
import type { Graph } from './graph/ir.ts'
import { matchSites } from './graph/rewrite.ts'
import { findIntervention } from './interventions/index.ts'
import { coverageOf, type Coverage, type LayerChoice } from './interventions/layers.ts'
import { readUses } from './interventions/records.ts'
import type { InputTensor, Intervention } from './interventions/types.ts'
import type { ProbeReading } from './passport.ts'
import { readText } from './read-text.ts'
import { probeTokens } from './recipe.ts'
import { requireHeads } from './runtime/encoder-runner.ts'
import { createRunner, type Runner } from './runtime/open-runner.ts'
import type { ObservedRunner } from './runtime/types.ts'
import type { Tokenizer } from './tokenizer/types.ts'
import type { Log, Workbench } from './workbench.ts'

export interface Surroundings {
  readonly signal: AbortSignal
  readonly log: Log
  readonly now: () => number
  /** What earlier jobs of this process left warm; without one the job begins and ends cold. */
  readonly bench?: Workbench
}

export interface Machine {
  readonly provider: 'cpu' | 'cuda' | 'webgpu'
  readonly threads: number
}

/** An intervention of the configuration, resolved. */
export interface Use {
  readonly intervention: Intervention
  readonly params: Record<string, Json>
  readonly covers: Coverage
  /** Names of nodes and inputs that it makes begin with this. */
  readonly prefix: string
}

export interface Context {
  readonly spec: JobSpec
  readonly surroundings: Surroundings
  readonly machine: Machine
  readonly bench: Workbench
  readonly checkpoint: Checkpoint
  readonly tokenizer: Tokenizer
  readonly uses: readonly Use[]
}

/** Throws `not-found` for an unknown intervention and `invalid-input` for parameters out of range. */
export function resolveUses({ configuration }: JobSpec): Use[] {
  return readUses(configuration.interventions).map(({ id, params }, index) => ({
    intervention: findIntervention(id),
    params,
    covers: coverageOf(params as Partial<LayerChoice>),
    prefix: `intervention.${index}`,
  }))
}

export interface RunnerForm {
  readonly precision: 'exact' | 'fast' | 'float16'
  readonly transform: (graph: Graph) => Graph
  readonly inputs: ReadonlyMap<string, InputTensor>
  /** Called before a session takes memory. */
  readonly beforeSession?: () => Promise<void>
}

/** Throws `unsupported` for an encoder without heads, of which no suite can be measured and no probe compared. */
export async function openRunner(context: Context, form: RunnerForm): Promise<Runner> {
  const { bench, checkpoint, machine, spec } = context
  const runner = await createRunner({
    ...form,
    ...machine,
    checkpoint,
    cacheDir: spec.cacheDir,
    logger: {
      info: (message) => bench.log('info', message),
      warn: (message) => bench.log('warning', message),
    },
  })
  if (runner.kind === 'encoder') requireHeads(runner)
  return runner
}

export function setInputs(runner: ObservedRunner, inputs: ReadonlyMap<string, InputTensor>): void {
  for (const [name, tensor] of inputs) runner.setInput(name, tensor)
}

/** Token ids of the probe text, at most `probeTokens` and as many as the runner's model reads. */
export function probeIds(
  { spec, tokenizer }: Context,
  { contextLength }: Pick<ObservedRunner, 'contextLength'>,
): number[] {
  const ids = tokenizer.encode(readText(spec.probeTextPath), { addSpecial: true })
  return ids.slice(0, Math.min(probeTokens, contextLength))
}

/** Tells readings of one model apart. */
export function readingName(
  { spec, machine }: Context,
  precision: JobSpec['configuration']['precision'],
): string {
  return JSON.stringify([spec.probeTextPath, precision, machine])
}

/** Values of one MLP site that a reading keeps: enough for a distribution, and readings stay warm from job to job. */
const keptMlpValues = 1 << 15

/** One run for all: logits are a site like the others. `residuals` name the residual stream after each block. */
export async function readProbe(
  runner: ObservedRunner,
  ids: readonly number[],
  residuals: readonly string[],
): Promise<ProbeReading> {
  const inBlocks = (name: string) =>
    residuals.map((residual) => residual.replace('hook_resid_post', name))
  const up = inBlocks('ln2.hook_normalized')
  const down = inBlocks('mlp.hook_post')
  const values = await runner.activations(ids, [...residuals, ...up, ...down, 'hook_logits'])
  const read = (site: string) => values.get(site)?.data ?? new Float32Array()
  const readSome = (site: string) =>
    thin(read(site), { limit: keptMlpValues, width: read(site).length / ids.length })
  return {
    logits: read('hook_logits'),
    residuals: residuals.map(read),
    mlp: { up: up.map(readSome), down: down.map(readSome) },
  }
}

export function residualSites(graph: Graph): string[] {
  return matchSites(graph, 'blocks.*.hook_resid_post')
}

export function stage(name: 'loading' | 'calibrating' | 'verifying', detail: string): JobEvent {
  return { type: 'stage-changed', stage: name, detail }
}
