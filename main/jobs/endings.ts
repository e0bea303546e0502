/** What becomes of a job when an attempt ends: the one place that writes it. */
import { ActbenchError, toAppError, type AppError } from '#contract/errors'
import type { Job, JobStatus } from '#contract/jobs'
import { jobs, queueState, settings, type Database } from '#db'
import type { Outcome } from './attempt.ts'
import { recordDeath } from './quarantine.ts'

/** Deaths of the engine in a row that are answered by another attempt without being asked. */
const automaticRetries = 1

export interface Endings {
  /** Never throws: what cannot be written is kept in mind, and nothing further begins. */
  readonly write: (job: Job, outcome: Outcome) => void
  /** The store could not be written, and nobody has resumed the queue since. */
  readonly isHalted: () => boolean
  /** Writes what could not be written and ends the pause of the queue. Throws what the store throws. */
  readonly goOn: () => void
  /** Somebody queued the job: it gets its automatic retry again. */
  readonly forgetCrashes: (jobId: string) => void
}

export interface EndingsOptions {
  readonly db: Database
  readonly ownerId: string
  readonly clock: () => number
}

export function createEndings({ db, ownerId, clock }: EndingsOptions): Endings {
  const crashes = new Map<string, number>()
  const unwritten = new Map<string, AppError>()
  let isHalted = false

  const release = (id: string, status: Exclude<JobStatus, 'running'>, error: AppError | null) => {
    queueState.release(db.write, { id, ownerId, status, error, now: clock() })
  }

  const writeDone = ({ id }: Job) => {
    const missing = missingSamples(jobs.get(db.read, id))
    release(id, missing === null ? 'done' : 'failed', missing)
  }

  const writeCrash = (job: Job, { error, suspects }: Extract<Outcome, { kind: 'crashed' }>) => {
    const condemned = recordDeath(db.write, { job, suspects, reason: error, now: clock() })
    const count = condemned > 0 ? 0 : (crashes.get(job.id) ?? 0) + 1
    crashes.set(job.id, count)
    release(job.id, count <= automaticRetries ? 'queued' : 'failed', error)
  }

  const writeOutcome = (job: Job, outcome: Outcome) => {
    switch (outcome.kind) {
      case 'done':
        writeDone(job)
        return
      case 'stopped':
        release(job.id, outcome.reason, null)
        return
      case 'failed':
        release(job.id, 'failed', outcome.error)
        return
      case 'crashed':
        writeCrash(job, outcome)
        return
      case 'unwritable':
        halt(job.id, outcome.error)
        return
    }
  }

  const halt = (id: string, error: AppError) => {
    isHalted = true
    unwritten.set(id, error)
    try {
      writeUnwritten()
      settings.setQueuePaused(db.write, true)
    } catch {
      // The disk is still full. Keeping it in mind is enough until the queue is resumed; should this process end before
      // that, the next one finds the job without a living owner.
    }
  }

  const writeUnwritten = () => {
    for (const [id, error] of unwritten) {
      release(id, 'queued', error)
      unwritten.delete(id)
    }
  }

  return {
    write: (job, outcome) => {
      try {
        writeOutcome(job, outcome)
      } catch (thrown) {
        halt(job.id, toAppError(thrown))
      }
    },
    isHalted: () => isHalted,
    goOn: () => {
      writeUnwritten()
      settings.setQueuePaused(db.write, false)
      isHalted = false
    },
    forgetCrashes: (jobId) => {
      crashes.delete(jobId)
    },
  }
}

/** A job that lacks samples is not done, whatever the engine says. */
function missingSamples({ done, total }: Job): AppError | null {
  if (total !== null && done === total) return null
  return toAppError(
    new ActbenchError({
      code: 'internal',
      message: `The engine reported the end of the job; expected ${total ?? 'an unknown number of'} stored samples, found ${done}.`,
      remedy: 'Retry the job: it runs the samples that are missing.',
    }),
  )
}
