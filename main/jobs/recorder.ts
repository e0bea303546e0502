/**
 * The only writer of samples: what the engine tells about one attempt goes into the store in batches, one
 * transaction each, and then one small notice goes out.
 */
import type { Emit } from '#contract/events'
import type { Job, JobEvent, JobStage } from '#contract/jobs'
import { jobs, type JudgedBy, type WritableDb } from '#db'
import { createActiveTime } from './active-time.ts'
import { createGeneratingTime } from './generating-time.ts'
import { createRateWindow, remainingMs } from './progress.ts'
import { storeEvents } from './store-events.ts'

/** A batch is committed when it has so many samples, or when it is so old. */
const batchSamples = 32
const batchMs = 250
/** Running time is written at least so often, so that a crash loses little of it. */
const idleWriteMs = 1_000
/** Notices of progress are at least so far apart. */
const noticeMs = 200

/** Not worth a notice of its own each time. */
const frequent: ReadonlySet<JobEvent['type']> = new Set([
  'sample-scored',
  'sample-judged',
  'tokens-generated',
])

export interface Live {
  readonly stage: JobStage | null
  readonly stageDetail: string
  readonly samplesPerSecond: number | null
  readonly tokensPerSecond: number | null
  readonly remainingMs: number | null
}

export interface Recorder {
  /**
   * Takes an event of the engine; it is stored within a quarter of a second. `at`: when the engine handed it over, epoch milliseconds.
   * Speeds are taken over these times, so that events which came late do not look fast.
   */
  readonly push: (event: JobEvent, at: number) => void
  /** Stores what is waiting. Throws what the store throws; the batch is then undone as a whole. */
  readonly flush: () => void
  readonly live: () => Live
  /** Stops the clock. Flush first. */
  readonly close: () => void
}

export interface RecorderOptions {
  readonly db: WritableDb
  readonly job: Job
  /** Where verdicts go; null for a job that gives none. */
  readonly verdicts: JudgedBy | null
  readonly emit: Emit
  readonly clock: () => number
  /** Called after each commit: the moment to look whether something else is wanted of the job. */
  readonly onCommit: () => void
  /** A commit failed; nothing more is recorded. */
  readonly onFailure: (thrown: unknown) => void
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { db, job, verdicts, emit, clock } = options
  const rate = createRateWindow()
  const active = createActiveTime(clock())
  const generating = createGeneratingTime(active)
  let waiting: JobEvent[] = []
  let waitingSamples = 0
  /** When the engine handed over the last samples or tokens. */
  let workedAt = clock()
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
    const activeMs = active.advance(now)
    const generatingMs = generating.take()
    const work = storeEvents(db, { job, verdicts, events, now, activeMs, generatingMs })
    if (work.samples + work.tokens > 0) rate.add({ at: workedAt, ...work })
    notice(events.some(({ type }) => !frequent.has(type)))
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
    if (waiting.length > 0 || clock() - active.countedTo() >= idleWriteMs) tryFlush()
  }, batchMs)

  return {
    push: (event, at) => {
      if (hasFailed) return
      waiting.push(event)
      if (event.type === 'stage-changed') {
        live = { ...live, stage: event.stage, stageDetail: event.detail }
      }
      if (event.type === 'samples-started') generating.begin(at)
      if (event.type === 'job-ended') generating.end(at)
      if (frequent.has(event.type)) workedAt = at
      if (event.type === 'sample-scored' || event.type === 'sample-judged') waitingSamples += 1
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
