/** The short integer key under which everything of a job is stored. */
import type { ReadableDb } from '../handle.ts'
import { notFound } from '../rows.ts'
import { get as getRow } from '../sql.ts'

/** Null for an unknown job. */
export function findRowOfJob(db: ReadableDb, jobId: string): number | null {
  const row = getRow<{ row_id: number }>(db, 'SELECT row_id FROM jobs WHERE id = ?', [jobId])
  return row?.row_id ?? null
}

/** Throws `not-found`. */
export function rowOfJob(db: ReadableDb, jobId: string): number {
  const row = findRowOfJob(db, jobId)
  if (row === null) throw notFound('job', jobId)
  return row
}
