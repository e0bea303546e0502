import { ActbenchError } from '#contract/errors'
import type { Job, JobStatus } from '#contract/jobs'

/** The job is in none of the states from which this step leads on. */
export function impossible(
  job: Job,
  { to, from }: { to: JobStatus; from: readonly JobStatus[] },
): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `Job ${job.id} is ${job.status}; to become ${to} it must be ${from.join(' or ')}.`,
    remedy: 'Look at its present state: it may have changed meanwhile.',
  })
}

/** A retry would do nothing. */
export function nothingToRetry(job: Job): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `Job ${job.id} is done and none of its ${job.done} samples failed: there is nothing to retry.`,
  })
}
