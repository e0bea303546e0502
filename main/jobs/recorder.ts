/**
 * The only writer of samples: what the engine tells about one attempt goes into the store in batches, one
 * transaction each, and then one small notice goes out.
 */
import type { Emit } from '#contract/events'
import type { Environment, Job, JobEvent, JobStage, LogLine } from '#contract/jobs'
import {
  artifacts,
  inTransaction,
  jobs,
  logs,
  passports,
  samples,
  type JobFacts,
  type WritableDb,
} from '#db'
import { createRateWindow, remainingMs } from './progress.ts'

/** A batch is committed when it has so many samples, or when it is so old. */
const batchSamples = 32
const batchMs = 250
/** Running time is written at least so often, so that a crash loses little of it. */
const idleWriteMs = 1_000
/** We write every second: a longer gap means that the machine slept, which is no running time. */
const longestGapMs = 10_000
/** Notices of progress are at least so far apart. */
const noticeMs = 200

export interface Live {
  readonly stage: JobStage | null
  readonly stageDetail: string
  readonly samplesPerSecond: number | null
  readonly tokensPerSecond: number | null
  readonly remainingMs: number | null
}

export interface Recorder {
  /** Takes an event of the engine; it is stored within a quarter of a second. */
  readonly push: (event: JobEvent) => void
  /** Stores what is waiting. Throws what the store throws; the batch is then undone as a whole. */
  readonly flush: () => void
  readonly live: () => Live
  /** Stops the clock. Flush first. */
  readonly close: () => void
}

export interface RecorderOptions {
  readonly db: WritableDb
  readonly job: Job
  readonly emit: Emit
  readonly clock: () => number
  /** Called after each commit: the moment to look whether something else is wanted of the job. */
  readonly onCommit: () => void
  /** A commit failed; nothing more is recorded. */
  readonly onFailure: (thrown: unknown) => void
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { db, job, emit, clock } = options
  const rate = createRateWindow()
  let waiting: JobEvent[] = []
  let waitingSamples = 0
  let committedAt = clock()
  /** When the model got its first samples; null while it loads, calibrates and verifies. */
  let generatingSince: number | null = null
  let noticedAt = 0
  let hasFailed = false
  let live: Live = {
    stage: 'loading',
    stageDetail: '',
    samplesPerSecond: null,
    tokensPerSecond: null,
    remainingMs: null,
  }

  const notice = (isForced: boolean) => {
    const now = clock()
    if (!isForced && now - noticedAt < noticeMs) return
    noticedAt = now
    const { runId, done, failed, total } = jobs.get(db, job.id)
    live = { ...live, ...rate.rates(now) }
    live = { ...live, remainingMs: remainingMs({ done, total }, live.samplesPerSecond) }
    emit('job-progressed', { jobId: job.id, runId, done, failed, total, ...live })
  }

  const flush = () => {
    const events = waiting
    waiting = []
    waitingSamples = 0
    const now = clock()
    const activeMs = Math.min(now - committedAt, longestGapMs)
    const generatingMs = generatingSince === null ? 0 : Math.min(now - generatingSince, activeMs)
    committedAt = now
    const work = store(db, { job, events, now, activeMs, generatingMs })
    if (work.samples + work.tokens > 0) rate.add({ now, ...work })
    notice(events.some(({ type }) => type !== 'sample-scored' && type !== 'tokens-generated'))
    if (events.some(({ type }) => type === 'job-started' || type === 'passport-issued')) {
      emit('job-changed', { ...jobs.get(db, job.id), ...liveFigures(live) })
    }
    options.onCommit()
  }

  const tryFlush = () => {
    if (hasFailed) return
    try {
      flush()
    } catch (thrown) {
      hasFailed = true
      options.onFailure(thrown)
    }
  }

  const timer = setInterval(() => {
    if (waiting.length > 0 || clock() - committedAt >= idleWriteMs) tryFlush()
  }, batchMs)

  return {
    push: (event) => {
      if (hasFailed) return
      waiting.push(event)
      if (event.type === 'stage-changed') {
        live = { ...live, stage: event.stage, stageDetail: event.detail }
      }
      if (event.type === 'samples-started') generatingSince ??= clock()
      if (event.type === 'sample-scored') waitingSamples += 1
      if (waitingSamples >= batchSamples) tryFlush()
    },
    flush,
    live: () => live,
    close: () => {
      clearInterval(timer)
    },
  }
}

/** The live figures of a job as the contract's job carries them. */
export function liveFigures(
  live: Live,
): Pick<Job, 'samplesPerSecond' | 'tokensPerSecond' | 'remainingMs'> {
  const { samplesPerSecond, tokensPerSecond, remainingMs: remaining } = live
  return { samplesPerSecond, tokensPerSecond, remainingMs: remaining }
}

interface Batch {
  readonly job: Job
  readonly events: readonly JobEvent[]
  readonly now: number
  readonly activeMs: number
  readonly generatingMs: number
}

/** One transaction: everything of the batch or nothing. Returns what was new. */
function store(db: WritableDb, batch: Batch): { samples: number; tokens: number } {
  const { job, events, now, activeMs, generatingMs } = batch
  return inTransaction(db, () => {
    const lines: LogLine[] = []
    const results = []
    let facts: JobFacts = {}
    let tokens = 0
    for (const event of events) {
      switch (event.type) {
        case 'job-started':
          facts = { ...facts, total: event.total, environment: event.environment }
          if (isElsewhere(job, event.environment)) {
            lines.push({ at: now, level: 'warning', message: elsewhere(job, event.environment) })
          }
          break
        case 'stage-changed':
          facts = { ...facts, stage: event.stage }
          break
        case 'artifact-fitted':
          artifacts.save(db, { artifact: event, modelId: job.modelId, now })
          break
        case 'passport-issued':
          passports.save(db, event.passport)
          facts = { ...facts, passportHash: event.passport.recipeHash }
          break
        case 'sample-scored':
          results.push(event.result)
          break
        case 'tokens-generated':
          tokens += event.count
          break
        case 'log':
          lines.push({ at: now, level: event.level, message: event.message })
          break
        case 'job-ended':
          if (event.peakMemoryBytes !== null) {
            facts = { ...facts, peakMemoryBytes: event.peakMemoryBytes }
          }
          break
        case 'samples-started':
          break
      }
    }
    jobs.setFacts(db, job.id, facts)
    jobs.addWork(db, { id: job.id, activeMs, generatingMs, tokens })
    if (lines.length > 0) logs.add(db, { jobId: job.id, lines })
    const stored = results.length === 0 ? 0 : samples.record(db, { jobId: job.id, results, now })
    return { samples: stored, tokens }
  })
}

/** Stored samples of an earlier attempt were made in another environment than those to come. */
function isElsewhere({ done, environment }: Job, next: Environment): boolean {
  return done > 0 && environment !== null && differences(environment, next).length > 0
}

function elsewhere({ environment }: Job, next: Environment): string {
  const changes = environment === null ? [] : differences(environment, next)
  return `From here on the job runs in another environment than its stored samples: ${changes.join(', ')}.`
}

const comparedFacts = [
  'engineVersion',
  'onnxruntimeVersion',
  'provider',
  'device',
  'threads',
  'batchSize',
  'arithmetic',
  'chatTemplateHash',
] as const satisfies (keyof Environment)[]

function differences(before: Environment, after: Environment): string[] {
  return comparedFacts
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name] ?? 'none'} -> ${after[name] ?? 'none'}`)
}
