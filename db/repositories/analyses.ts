/** Results of studies, one for each job that made one. What is in them is the business of those who read them. */
import { jsonSchema, type Json } from '#contract/json'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound, readJson } from '../rows.ts'
import { get as getRow, run } from '../sql.ts'

export interface NewAnalysis {
  readonly jobId: string
  readonly payload: Json
  /** Epoch milliseconds. */
  readonly now: number
}

/** Stores the result of a study; one of the same job, made again, takes its place. Throws `not-found`. */
export function save(db: WritableDb, { jobId, payload, now }: NewAnalysis): void {
  const { changes } = run(
    db,
    `INSERT INTO analyses (job_row, payload, finished_at)
     SELECT row_id, ?, ? FROM jobs WHERE id = ?
     ON CONFLICT (job_row) DO UPDATE SET payload = excluded.payload, finished_at = excluded.finished_at`,
    [JSON.stringify(payload), Math.trunc(now), jobId],
  )
  if (changes === 0) throw notFound('job', jobId)
}

/** Null for a job that has no result yet. */
export function find(db: ReadableDb, jobId: string): Json | null {
  const row = getRow<{ payload: string }>(
    db,
    `SELECT payload FROM analyses WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?)`,
    [jobId],
  )
  return row === undefined ? null : readJson(jsonSchema, row.payload, 'analyses.payload')
}
