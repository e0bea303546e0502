/** Judges stored answers again: nothing is generated, and earlier scores stay as history. */
import { setImmediate } from 'node:timers/promises'
import { ActbenchError } from '#contract/errors'
import type { Scoring } from '#contract/jobs'
import type { Score, ScorerRecord, ScorerUse } from '#contract/suites'
import { inTransaction, jobs, samples, scores } from '#db'
import type { Services } from './services.ts'

/** Answers judged between two breaths of the event loop. */
const pageSize = 200

/** Throws `not-found`, and `invalid-input` for a job that runs, has no answers, or a scorer that needs the model. */
export async function rescoreJob(
  services: Services,
  { id, scorer }: { readonly id: string; readonly scorer: ScorerUse },
): Promise<Scoring> {
  const { db, clock, emit } = services
  const job = jobs.get(db.read, id)
  const record = requireOfflineScorer(services, scorer)
  if (job.status === 'running') throw notNow(id, 'is running', 'Wait for its end, or pause it.')
  const scored = await scoreAll(services, { id, scorer })
  if (scored.length === 0) throw notNow(id, 'has no answers yet', 'Run it first.')
  const scoring = inTransaction(db.write, () => {
    // Answers that arrived meanwhile were judged into the scoring that this one replaces: they would lose their scores.
    if (jobs.get(db.read, id).attempts !== job.attempts) {
      throw notNow(id, 'went on while its answers were judged', 'Judge them again at its end.')
    }
    return scores.addScoring(db.write, {
      jobId: id,
      scorer: scorer.id,
      variant: scorer.variant,
      version: record.version,
      scoredAt: clock(),
      scored,
    })
  })
  emit('job-changed', jobs.get(db.read, id))
  return scoring
}

async function scoreAll(
  { db, catalog }: Services,
  { id, scorer }: { readonly id: string; readonly scorer: ScorerUse },
): Promise<{ sampleId: string; scores: Score[] }[]> {
  const scored: { sampleId: string; scores: Score[] }[] = []
  let afterRowId = 0
  for (;;) {
    const page = samples.answered(db.read, { jobId: id, afterRowId, limit: pageSize })
    for (const { rowId, sample, response } of page) {
      afterRowId = rowId
      scored.push({
        sampleId: sample.id,
        scores: catalog.scoreStored({ use: scorer, sample, response }),
      })
    }
    if (page.length < pageSize) return scored
    await setImmediate()
  }
}

function requireOfflineScorer({ catalog }: Services, use: ScorerUse): ScorerRecord {
  const records = catalog.scorerRecords()
  const record = records.find(({ id }) => id === use.id)
  const offline = records.filter(({ isOffline }) => isOffline)
  const known = offline.flatMap(({ id, variants }) =>
    variants.map((variant) => `${id}:${variant.id}`),
  )
  if (record === undefined || !record.variants.some(({ id }) => id === use.variant)) {
    throw new ActbenchError({
      code: 'not-found',
      message: `There is no scorer ${use.id}:${use.variant}`,
      remedy: `Use one of ${known.join(', ')}.`,
    })
  }
  if (record.isOffline) return record
  throw new ActbenchError({
    code: 'invalid-input',
    message: `${use.id} reads the model's probabilities while it runs, so stored answers are not enough`,
    remedy: `Name it in a plan's scorers, or use one of ${known.join(', ')}.`,
  })
}

function notNow(id: string, reason: string, remedy: string): ActbenchError {
  return new ActbenchError({ code: 'invalid-input', message: `Job ${id} ${reason}`, remedy })
}
