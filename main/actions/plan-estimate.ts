/** What a plan will cost and what it can show, before it starts. */
import type { Job } from '#contract/jobs'
import type { Plan, PlanEstimate } from '#contract/plans'
import { jobs } from '#db'
import { checkPlan, type PlanCell, type PlanServices } from './plan-check.ts'

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
  const { cells, problems } = await checkPlan(services, plan)
  return {
    jobs: cells.length,
    samples: cells.reduce((sum, cell) => sum + cell.suite.sampleCount, 0),
    durationMs: estimateDuration(services, cells),
    diskBytes: cells.reduce((sum, cell) => sum + storedBytes(cell), 0),
    memoryBytes: largestMemory(cells, plan.batchSize ?? assumedBatchSize),
    detectablePoints: detectablePoints(services, cells),
    problems: [...problems],
  }
}

/** Null as soon as one cell's model has no finished job here: half an estimate would mislead. */
function estimateDuration({ db }: PlanServices, cells: readonly PlanCell[]): number | null {
  const histories = new Map<string, Job[]>()
  let total = 0
  for (const cell of cells) {
    const modelId = cell.model.id
    const history =
      histories.get(modelId) ?? jobs.finishedOfModel(db.read, { modelId, limit: historyLength })
    histories.set(modelId, history)
    const perSample = sampleDuration(cell, history)
    if (perSample === null) return null
    total += perSample * cell.suite.sampleCount
  }
  return cells.length === 0 ? null : total
}

/** Median time per sample of the jobs most like this cell: same configuration and suite, same suite, same configuration, any. */
function sampleDuration(cell: PlanCell, history: readonly Job[]): number | null {
  const usable = history.filter(({ done, activeMs }) => done > 0 && activeMs > 0)
  const likeness = (job: Job): number =>
    (job.suiteId === cell.suite.record.id ? 2 : 0) + (job.configurationHash === cell.hash ? 1 : 0)
  const best = Math.max(...usable.map(likeness))
  const times = usable
    .filter((job) => likeness(job) === best)
    .map(({ activeMs, done }) => activeMs / done)
    .sort((a, b) => a - b)
  return times[Math.floor(times.length / 2)] ?? null
}

function storedBytes({ suite, configuration }: PlanCell): number {
  const tokens = suite.record.kind === 'perplexity' ? 0 : configuration.decoding.maxNewTokens
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
      n: suite.sampleCount,
      discordance: catalog.planningDiscordance,
    })
    if (share !== null) points[suite.record.id] = share * 100
  }
  return points
}
