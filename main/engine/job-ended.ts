/** How the stream of every kind of job ends. */
import { toAppError } from '#contract/errors'
import type { JobEvent } from '#contract/jobs'
import { peakMemoryBytes } from './peak-memory.ts'

type JobEnded = Extract<JobEvent, { readonly type: 'job-ended' }>

export function jobDone(): JobEnded {
  return ended('done', null)
}

/** Cancelled where somebody asked for it, else failed of this error. */
export function jobStopped(error: unknown, signal: AbortSignal): JobEnded {
  return signal.aborted ? ended('cancelled', null) : ended('failed', toAppError(error))
}

function ended(status: JobEnded['status'], error: JobEnded['error']): JobEnded {
  return { type: 'job-ended', status, error, peakMemoryBytes: peakMemoryBytes() }
}
