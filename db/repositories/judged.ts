/** Verdicts of judge models: scores that arrive after the answers, sample by sample, from a job of their own. */
import type { Expectation, Score } from '#contract/suites'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { allRaw, inTransaction, run } from '../sql.ts'
import { rowOfJob } from './row-of-job.ts'
import { beginScoring, currentScoring, insertNewScore } from './scoring-rows.ts'

export interface JudgedBy {
  /** The job whose answers are judged. */
  readonly jobId: string
  readonly scorer: string
  readonly variant: string
  readonly version: number
}

/** Samples with a verdict in the current scoring of this judge and version: a resumed judging repeats none of them. */
export function ids(db: ReadableDb, { jobId, scorer, variant, version }: JudgedBy): string[] {
  const rows = allRaw<[string]>(
    db,
    `SELECT DISTINCT sample_id FROM scores WHERE scoring_id = (
       SELECT id FROM scorings
       WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?) AND scorer = ? AND variant = ?
         AND version = ? AND is_current = 1
     )`,
    [jobId, scorer, variant, version],
  )
  return rows.map(([sampleId]) => sampleId)
}

/** Samples of a job that have an answer and one of these expectations: what a judge could be asked about. */
export function answeredIds(
  db: ReadableDb,
  { jobId, expectations }: { jobId: string; expectations: readonly Expectation[] },
): string[] {
  const rows = allRaw<[string]>(
    db,
    `SELECT sample_id FROM samples
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?) AND finish_reason IS NOT NULL
       AND expectation IN (SELECT value FROM json_each(?))
     ORDER BY idx, sample_id`,
    [jobId, JSON.stringify(expectations)],
  )
  return rows.map(([sampleId]) => sampleId)
}

/**
 * Takes back the verdicts of this judge that came without a value (a refused request, a reply that could not be read), so that a
 * retry asks again. Returns how many samples wait again.
 */
export function forgetUnscored(db: WritableDb, by: JudgedBy): number {
  return inTransaction(db, () => {
    const before = ids(db, by).length
    const { jobId, scorer, variant, version } = by
    run(
      db,
      `DELETE FROM scores WHERE value IS NULL AND scoring_id = (
         SELECT id FROM scorings
         WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?) AND scorer = ? AND variant = ?
           AND version = ? AND is_current = 1
       )`,
      [jobId, scorer, variant, version],
    )
    return before - ids(db, by).length
  })
}

export interface Judged {
  readonly sampleId: string
  readonly scores: readonly Score[]
}

/**
 * Stores verdicts with the answers of `jobId` in one transaction. The first one of a newer version of the judge begins a
 * scoring of its own, and the one before it stays as history. A verdict that is stored already stays as it is. Returns
 * how many samples got one. Throws `not-found` for an unknown job.
 */
export function record(
  db: WritableDb,
  { jobId, judged, now }: { jobId: string; judged: readonly Judged[]; now: number },
): number {
  return inTransaction(db, () => {
    const jobRow = rowOfJob(db, jobId)
    const scoringIds = new Map<string, number>()
    let stored = 0
    for (const { sampleId, scores } of judged) {
      let added = 0
      for (const score of scores) {
        const key = JSON.stringify([score.scorer, score.variant, score.version])
        const scoringId = scoringIds.get(key) ?? scoringOf(db, { jobRow, score, now })
        scoringIds.set(key, scoringId)
        if (insertNewScore(db, { scoringId, sampleId, score })) added += 1
      }
      if (added > 0) stored += 1
    }
    return stored
  })
}

function scoringOf(
  db: WritableDb,
  { jobRow, score, now }: { jobRow: number; score: Score; now: number },
): number {
  const { scorer, variant, version } = score
  const current = currentScoring(db, { jobRow, scorer, variant })
  if (current?.version === version) return current.id
  return beginScoring(db, { jobRow, scorer, variant, version, now })
}
