/** After a death of the engine: who was with it, and who has been with it too often. */
import { ActbenchError, toAppError, type AppError } from '#contract/errors'
import type { Job, SampleResult } from '#contract/jobs'
import type { Sample } from '#contract/suites'
import { deaths, inTransaction, logs, samples, type ReadableDb, type WritableDb } from '#db'

/** So many deaths with one sample, and it is put aside with an error instead of being tried again. */
const quarantineDeaths = 3
/** With so many it is a suspect, and runs alone. */
const suspectDeaths = 2

export interface Death {
  readonly job: Job
  /** Samples that the engine had when it died. */
  readonly suspects: readonly Sample[]
  readonly reason: AppError
  readonly now: number
}

/** Counts the death and stores an error for each suspect that has had its last one. Returns how many there were. */
export function recordDeath(db: WritableDb, { job, suspects, reason, now }: Death): number {
  return inTransaction(db, () => {
    deaths.add(db, { jobId: job.id, sampleIds: suspects.map(({ id }) => id) })
    const condemnedIds = quarantinedIds(db, job.id)
    const condemned = suspects.filter(({ id }) => condemnedIds.has(id))
    // A judging has no samples of its own: those that it leaves out stay without a verdict.
    if (job.kind === 'evaluation') {
      const results = condemned.map((sample) => quarantined(sample, reason))
      samples.record(db, { jobId: job.id, results, now })
    }
    logs.add(db, { jobId: job.id, lines: [{ at: now, level: 'error', message: reason.message }] })
    return condemned.length
  })
}

/** Samples that are not tried any more until somebody retries the job. */
export function quarantinedIds(db: ReadableDb, jobId: string): Set<string> {
  const condemned = deaths.forJob(db, jobId).filter((each) => each.deaths >= quarantineDeaths)
  return new Set(condemned.map(({ sampleId }) => sampleId))
}

/** Some sample was with the engine at two deaths: which one it was shows when each runs alone. */
export function hasSuspects(db: ReadableDb, jobId: string): boolean {
  return deaths
    .forJob(db, jobId)
    .some((each) => each.deaths >= suspectDeaths && each.deaths < quarantineDeaths)
}

/** Somebody wants the samples tried again that were put aside. */
export function endQuarantine(db: WritableDb, jobId: string): void {
  deaths.forgive(db, { jobId, fromDeaths: quarantineDeaths })
}

function quarantined(sample: Sample, reason: AppError): SampleResult {
  const error = new ActbenchError({
    code: 'engine-crashed',
    message: `The engine died ${quarantineDeaths} times with this sample, so it was put aside. ${reason.message}`,
    remedy: 'The rest of the job goes on. Retry the job to try this sample again.',
  })
  return { sample, response: null, scores: [], error: toAppError(error) }
}
