/** One attempt at a job: events from the engine into the store, until it ends one way or another. */
import { ActbenchError, toAppError, type AppError } from '#contract/errors'
import type { Emit } from '#contract/events'
import type { Job, JobSpec } from '#contract/jobs'
import type { Sample } from '#contract/suites'
import { queueState, settings, type Database, type JudgedBy } from '#db'
import type { EngineClient } from './engine-client.ts'
import { createRecorder, type Live } from './recorder.ts'

/** Why a running job is to stop: what becomes of it then. */
export type StopReason = 'paused' | 'cancelled' | 'queued' | 'interrupted'

export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped'; readonly reason: StopReason }
  | { readonly kind: 'failed'; readonly error: AppError }
  /** The process died while it had these samples. */
  | { readonly kind: 'crashed'; readonly error: AppError; readonly suspects: readonly Sample[] }
  /** The store could not take results: nothing else can run either. */
  | { readonly kind: 'unwritable'; readonly error: AppError }

export interface Attempt {
  readonly outcome: Promise<Outcome>
  /** The first reason counts, but cancelling outweighs the others. */
  readonly stop: (reason: StopReason) => void
  readonly live: () => Live
}

export interface AttemptOptions {
  readonly db: Database
  readonly job: Job
  /** Where verdicts go; null for a job that gives none. */
  readonly verdicts: JudgedBy | null
  readonly engine: EngineClient
  readonly buildSpec: () => Promise<JobSpec>
  readonly emit: Emit
  readonly clock: () => number
}

export function startAttempt(options: AttemptOptions): Attempt {
  const { db, job, verdicts, engine, emit, clock } = options
  let stopReason: StopReason | null = null
  let storeError: unknown = null
  const suspects = new Map<string, Sample>()

  const stop = (reason: StopReason) => {
    if (stopReason === null || reason === 'cancelled') stopReason = reason
    engine.stop()
  }
  const recorder = createRecorder({
    db: db.write,
    job,
    verdicts,
    emit,
    clock,
    onCommit: () => {
      if (stopReason !== null) return
      const wanted = queueState.wantedOf(db.read, job.id)
      if (wanted !== null) stop(wanted)
      // Another process may have paused the queue as a whole.
      else if (settings.isQueuePaused(db.read)) stop('queued')
    },
    onFailure: (thrown) => {
      storeError = thrown
      // Each further answer would be lost, so there is no reason to be polite.
      engine.kill()
    },
  })

  const run = async (): Promise<Outcome> => {
    const spec = await options.buildSpec()
    if (stopReason !== null) return { kind: 'stopped', reason: stopReason }
    // The engine proves a recipe once; a later job of the same recipe rests on that proof and must be seen to.
    if (spec.passport !== null) {
      recorder.push({ type: 'passport-issued', passport: spec.passport }, clock())
    }
    const end = await engine.run(spec, (event, at) => {
      if (event.type === 'samples-started') {
        for (const sample of event.samples) suspects.set(sample.id, sample)
      }
      if (event.type === 'sample-scored') suspects.delete(event.result.sample.id)
      if (event.type === 'sample-judged') suspects.delete(event.sampleId)
      recorder.push(event, at)
    })
    const unstored = storeLast()
    if (unstored !== null) return unstored
    switch (end.status) {
      case 'done':
        return { kind: 'done' }
      case 'cancelled':
        return { kind: 'stopped', reason: stopReason ?? 'interrupted' }
      case 'failed':
        return { kind: 'failed', error: end.error ?? noReason() }
    }
  }

  /** Stores what the engine sent last; null when everything is stored. */
  const storeLast = (): Outcome | null => {
    try {
      if (storeError === null) recorder.flush()
    } catch (thrown) {
      storeError = thrown
    }
    if (storeError === null) return null
    const error = toAppError(storeError)
    const isStore = ['storage', 'damaged-store', 'resource-exhausted'].includes(error.code)
    // Anything else is about this job's own samples, and the next job may go well.
    return { kind: isStore ? 'unwritable' : 'failed', error }
  }

  const explain = (thrown: unknown): Outcome => {
    const unstored = storeLast()
    if (unstored !== null) return unstored
    const error = toAppError(thrown)
    switch (error.code) {
      case 'engine-crashed':
        return { kind: 'crashed', error, suspects: [...suspects.values()] }
      case 'resource-exhausted':
        return { kind: 'unwritable', error }
      default:
        return { kind: 'failed', error }
    }
  }

  const conclude = async (): Promise<Outcome> => {
    try {
      return await run()
    } catch (thrown) {
      return explain(thrown)
    } finally {
      recorder.close()
    }
  }

  return { outcome: conclude(), stop, live: recorder.live }
}

function noReason(): AppError {
  return toAppError(
    new ActbenchError({
      code: 'internal',
      message: 'The engine reported a failure without a reason.',
    }),
  )
}
