/** Rows of scorings and scores, as all that judge write them: a job has one current scoring of a scorer and variant. */
import type { Score } from '#contract/suites'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { get as getRow, run } from '../sql.ts'

export interface ScoringOf {
  readonly jobRow: number
  readonly scorer: string
  readonly variant: string
}

/** Null where nothing was judged so. */
export function currentScoring(
  db: ReadableDb,
  { jobRow, scorer, variant }: ScoringOf,
): { readonly id: number; readonly version: number } | null {
  const row = getRow<{ id: number; version: number }>(
    db,
    `SELECT id, version FROM scorings
     WHERE job_row = ? AND scorer = ? AND variant = ? AND is_current = 1`,
    [jobRow, scorer, variant],
  )
  return row ?? null
}

/** Makes the one before it history, and returns the new one's id. */
export function beginScoring(
  db: WritableDb,
  { jobRow, scorer, variant, version, now }: ScoringOf & { version: number; now: number },
): number {
  run(
    db,
    `UPDATE scorings SET is_current = 0
     WHERE job_row = ? AND scorer = ? AND variant = ? AND is_current = 1`,
    [jobRow, scorer, variant],
  )
  const inserted = run(
    db,
    `INSERT INTO scorings (job_row, scorer, variant, version, scored_at, is_current)
     VALUES (?, ?, ?, ?, ?, 1)`,
    [jobRow, scorer, variant, version, now],
  )
  return Number(inserted.lastInsertRowid)
}

interface NewScore {
  readonly scoringId: number
  readonly sampleId: string
  readonly score: Score
}

const insertion = `INSERT INTO scores (scoring_id, sample_id, name, value, weight, label, evidence)
  VALUES (?, ?, ?, ?, ?, ?, ?)`

/** Throws `storage` where the sample has such a score already. */
export function insertScore(db: WritableDb, score: NewScore): void {
  run(db, insertion, valuesOf(score))
}

/** False where the sample has such a score already, which stays as it is. */
export function insertNewScore(db: WritableDb, score: NewScore): boolean {
  return run(db, `${insertion} ON CONFLICT DO NOTHING`, valuesOf(score)).changes > 0
}

function valuesOf({ scoringId, sampleId, score }: NewScore) {
  return [scoringId, sampleId, score.name, score.value, score.weight, score.label, score.evidence]
}
