/** Jobs: one configuration on one suite. */
import type { CallInput, CallOutput } from '#contract/calls'
import { jobs, logs, passports, samples, scores } from '#db'
import type { Services } from './services.ts'

export function getJob(
  { db, queue }: Services,
  { id }: CallInput<'jobs.get'>,
): CallOutput<'jobs.get'> {
  return queue.withLive(jobs.get(db.read, id))
}

export function getJobLog(
  { db }: Services,
  { id, limit }: CallInput<'jobs.log'>,
): CallOutput<'jobs.log'> {
  return logs.list(db.read, { jobId: jobs.get(db.read, id).id, limit })
}

export function listJobSamples(
  { db }: Services,
  { id, ...page }: CallInput<'jobs.samples'>,
): CallOutput<'jobs.samples'> {
  return samples.list(db.read, { jobId: jobs.get(db.read, id).id, ...page })
}

export function getJobPassport(
  { db }: Services,
  { id }: CallInput<'jobs.passport'>,
): CallOutput<'jobs.passport'> {
  return passports.forJob(db.read, jobs.get(db.read, id).id)
}

export function listScorings(
  { db }: Services,
  { id }: CallInput<'jobs.scorings'>,
): CallOutput<'jobs.scorings'> {
  return scores.scorings(db.read, jobs.get(db.read, id).id)
}
