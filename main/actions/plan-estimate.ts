/** What a plan will cost and what it can show, before it starts. */
import type { Job, JobKind } from '#contract/jobs'
import type { Plan, PlanEstimate } from '#contract/plans'
import { jobs } from '#db'
import { checkPlan, type CheckedPlan, type PlanCell, type PlanServices } from './plan-check.ts'

/** Jobs of a model that an estimate looks back on. */
const historyLength = 50

/**
 * A stored sample with its texts and search index, without the answer; then per new token 8 bytes of id and log-probability
 * and about four letters, stored once and indexed by trigrams. Rounded up: a forecast that is too low fills disks.
 */
const sampleBytes = 4000
const newTokenBytes = 40

/** Prompt length that memory is reckoned with, in tokens. */
const assumedPromptTokens = 512
/** Rows that the engine decodes together when a plan does not say: its choice for small models on a processor, the upper one. */
const assumedBatchSize = 32

export async function estimatePlan(services: PlanServices, plan: Plan): Promise<PlanEstimate> {
  const checked = await checkPlan(services, plan)
  const { cells, studies, judgings, problems } = checked
  return {
    jobs: cells.length + studies.length + judgings.length,
    samples: cells.reduce((sum, cell) => sum + cell.suite.sampleCount, 0),
    durationMs: estimateDuration(services, workOf(checked)),
    diskBytes: cells.reduce((sum, cell) => sum + storedBytes(cell), 0),
    memoryBytes: largestMemory(cells, plan.batchSize ?? assumedBatchSize),
    detectablePoints: detectablePoints(services, cells),
    problems: [...problems],
  }
}

/** One job to be, as far as its duration goes. */
interface Work {
  readonly kind: JobKind
  readonly modelId: string
  readonly suiteId: string
  readonly hash: string
  /** Samples to work on; null for a study, whose jobs are compared whole. */
  readonly samples: number | null
}

function workOf({ cells, studies, judgings }: CheckedPlan): Work[] {
  return [
    ...cells.map((cell) => cellWork(cell, 'evaluation', cell.model.id)),
    ...studies.map(({ task, model, hash }) => ({
      kind: task.kind,
      modelId: model.id,
      suiteId: task.harmful,
      hash,
      samples: null,
    })),
    ...judgings.map(({ cell, judge }) =>
      cellWork(cell, 'judging', judge.model?.id ?? cell.model.id),
    ),
  ]
}

function cellWork({ suite, hash }: PlanCell, kind: JobKind, modelId: string): Work {
  return { kind, modelId, suiteId: suite.record.id, hash, samples: suite.sampleCount }
}

/** Null as soon as one job's model has no finished job of its kind here: half an estimate would mislead. */
function estimateDuration({ db }: PlanServices, works: readonly Work[]): number | null {
  const histories = new Map<string, Job[]>()
  let total = 0
  for (const work of works) {
    const { modelId, kind } = work
    const key = JSON.stringify([modelId, kind])
    const history =
      histories.get(key) ?? jobs.finishedOfModel(db.read, { modelId, kind, limit: historyLength })
    histories.set(key, history)
    const duration = typicalDuration(work, history)
    if (duration === null) return null
    total += duration
  }
  return works.length === 0 ? null : total
}

/** By the median of the jobs most like this one: same configuration and suite, same suite, same configuration, any. */
function typicalDuration({ suiteId, hash, samples }: Work, history: readonly Job[]): number | null {
  const usable = history.filter(
    ({ done, activeMs }) => (samples === null || done > 0) && activeMs > 0,
  )
  const likeness = (job: Job): number =>
    (job.suiteId === suiteId ? 2 : 0) + (job.configurationHash === hash ? 1 : 0)
  const best = Math.max(...usable.map(likeness))
  const times = usable
    .filter((job) => likeness(job) === best)
    .map(({ activeMs, done }) => (samples === null ? activeMs : (activeMs / done) * samples))
    .sort((a, b) => a - b)
  return times[Math.floor(times.length / 2)] ?? null
}

function storedBytes({ suite, configuration }: PlanCell): number {
  const isGenerated = !['perplexity', 'multiple-choice'].includes(suite.record.kind)
  const tokens = isGenerated ? configuration.decoding.maxNewTokens : 0
  return suite.sampleCount * (sampleBytes + tokens * newTokenBytes)
}

/** An upper figure: weights in their arithmetic's width plus the KV cache of one batch. Null when a dimension is unknown. */
function largestMemory(cells: readonly PlanCell[], batchSize: number): number | null {
  let largest: number | null = null
  for (const { model, configuration } of cells) {
    const { layers, dModel, nHeads, nKvHeads } = model
    if (layers === null || dModel === null || nHeads === null || nKvHeads === null) return null
    const tokens = assumedPromptTokens + configuration.decoding.maxNewTokens
    const kvBytes = batchSize * tokens * layers * 2 * nKvHeads * (dModel / nHeads) * 4
    const weightBytes =
      configuration.precision === 'exact'
        ? model.parameters * 4
        : configuration.precision === 'float16'
          ? model.parameters * 2
          : model.sizeBytes
    largest = Math.max(largest ?? 0, weightBytes + kvBytes)
  }
  return largest
}

/** In points, by suite that yields rates. */
function detectablePoints(
  { catalog }: PlanServices,
  cells: readonly PlanCell[],
): Record<string, number> {
  const points: Record<string, number> = {}
  for (const { suite } of cells) {
    if (suite.record.kind === 'perplexity') continue
    const share = catalog.detectableRateDifference({
      n: suite.independentSamples,
      discordance: catalog.planningDiscordance,
    })
    if (share !== null) points[suite.record.id] = share * 100
  }
  return points
}
