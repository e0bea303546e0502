/** Scores and the scorings they belong to. Aggregates read current scorings only; earlier ones are history. */
import type { Scoring } from '#contract/jobs'
import type { Score } from '#contract/suites'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound } from '../rows.ts'
import { all, get as getRow, inTransaction } from '../sql.ts'
import { rowOfJob } from './row-of-job.ts'
import { beginScoring, insertScore } from './scoring-rows.ts'

export { forJobs } from './scored-samples.ts'

/** Current scores of some samples of one job, in the order in which the job's scorers were first used. */
export function ofSamples(
  db: ReadableDb,
  { jobId, sampleIds }: { jobId: string; sampleIds: readonly string[] },
): Map<string, Score[]> {
  if (sampleIds.length === 0) return new Map()
  const rows = all<Score & { sample_id: string }>(
    db,
    `SELECT sample_id, scorer, variant, version, name, value, weight, label, evidence
     FROM scorings JOIN scores ON scores.scoring_id = scorings.id
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?) AND is_current = 1
       AND sample_id IN (SELECT value FROM json_each(?))
     ORDER BY scorings.id, name`,
    [jobId, JSON.stringify(sampleIds)],
  )
  const scores = new Map<string, Score[]>()
  for (const { sample_id: sampleId, ...score } of rows) {
    const known = scores.get(sampleId)
    if (known === undefined) scores.set(sampleId, [score])
    else known.push(score)
  }
  return scores
}

/** All scorings of a job, history included, newest first. */
export function scorings(db: ReadableDb, jobId: string): Scoring[] {
  return all<ScoringRow>(
    db,
    `${selectScorings} WHERE jobs.id = ? ORDER BY scored_at DESC, scorings.id DESC`,
    [jobId],
  ).map(toScoring)
}

export interface NewScoring {
  readonly jobId: string
  readonly scorer: string
  readonly variant: string
  readonly version: number
  readonly scoredAt: number
  readonly scored: Iterable<{ readonly sampleId: string; readonly scores: readonly Score[] }>
}

/**
 * Stores a new judging of a job's answers and makes it current, in one transaction; the one before it stays as history.
 * Throws `not-found`.
 */
export function addScoring(db: WritableDb, scoring: NewScoring): Scoring {
  const { jobId, scorer, variant, version, scoredAt } = scoring
  return inTransaction(db, () => {
    const scoringId = beginScoring(db, {
      jobRow: rowOfJob(db, jobId),
      scorer,
      variant,
      version,
      now: scoredAt,
    })
    for (const { sampleId, scores } of scoring.scored) {
      for (const score of scores) insertScore(db, { scoringId, sampleId, score })
    }
    const row = getRow<ScoringRow>(db, `${selectScorings} WHERE scorings.id = ?`, [scoringId])
    if (row === undefined) throw notFound('scoring', String(scoringId))
    return toScoring(row)
  })
}

interface ScoringRow {
  readonly id: number
  readonly job_id: string
  readonly scorer: string
  readonly variant: string
  readonly version: number
  readonly scored_at: number
  readonly is_current: number
  readonly samples: number
}

const selectScorings = `SELECT scorings.id, jobs.id AS job_id, scorer, variant, version, scored_at,
    is_current,
    (SELECT count(DISTINCT sample_id) FROM scores WHERE scoring_id = scorings.id) AS samples
  FROM scorings JOIN jobs ON jobs.row_id = scorings.job_row`

function toScoring(row: ScoringRow): Scoring {
  return {
    id: row.id,
    jobId: row.job_id,
    scorer: row.scorer,
    variant: row.variant,
    version: row.version,
    scoredAt: row.scored_at,
    samples: row.samples,
    isCurrent: row.is_current === 1,
  }
}
