/** Removing a run: gone for everybody in one small transaction, then its rows a few at a time. */
import { ActbenchError } from '#contract/errors'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound } from '../rows.ts'
import { get as getRow, inTransaction, run } from '../sql.ts'

/** Throws `not-found`, and `invalid-input` while one of its jobs runs. `sweep` deletes what it held. */
export function remove(db: WritableDb, { id, now }: { id: string; now: number }): void {
  inTransaction(db, () => {
    const running = countRunning(db, id)
    if (running > 0) {
      throw new ActbenchError({
        code: 'invalid-input',
        message: `Run ${id}: ${running} of its jobs are running`,
        remedy: 'Cancel it first.',
      })
    }
    const { changes } = run(
      db,
      'UPDATE runs SET removed_at = ? WHERE id = ? AND removed_at IS NULL',
      [now, id],
    )
    if (changes === 0) throw notFound('run', id)
    run(
      db,
      `UPDATE jobs SET status = 'cancelled', ended_at = ?
       WHERE run_id = ? AND status IN ('queued', 'paused', 'interrupted')`,
      [now, id],
    )
  })
}

function countRunning(db: ReadableDb, id: string): number {
  const row = getRow<{ running: number }>(
    db,
    `SELECT count(*) AS running FROM jobs WHERE run_id = ? AND status = 'running'`,
    [id],
  )
  return row?.running ?? 0
}

/** Whether nothing is left of removed runs: a process may have been killed between two pieces. */
export function isSwept(db: ReadableDb): boolean {
  return oldestRemoved(db) === null
}

function oldestRemoved(db: ReadableDb): string | null {
  const removed = getRow<{ id: string }>(
    db,
    'SELECT id FROM runs WHERE removed_at IS NOT NULL ORDER BY removed_at LIMIT 1',
  )
  return removed?.id ?? null
}

/**
 * Deletes up to `limit` samples of removed runs, or as many scores, and a run itself when nothing else of it is left, in
 * one transaction. Returns false when there was nothing to delete.
 */
export function sweep(db: WritableDb, limit: number): boolean {
  return inTransaction(db, () => {
    const id = oldestRemoved(db)
    if (id === null) return false
    if (deleteScores(db, id, limit) || deleteSamples(db, id, limit)) return true
    run(db, 'DELETE FROM runs WHERE id = ?', [id])
    return true
  })
}

/** Before their samples, so that none is left whose sample is gone. */
function deleteScores(db: WritableDb, runId: string, limit: number): boolean {
  const found = getRow<{ id: number; sample_id: string }>(
    db,
    `SELECT scorings.id, scores.sample_id FROM jobs
       JOIN scorings ON scorings.job_row = jobs.row_id
       JOIN scores ON scores.scoring_id = scorings.id
     WHERE jobs.run_id = ? LIMIT 1`,
    [runId],
  )
  if (found === undefined) return false
  run(
    db,
    `DELETE FROM scores WHERE scoring_id = @id AND sample_id <= (
       SELECT max(sample_id) FROM (
         SELECT sample_id FROM scores WHERE scoring_id = @id ORDER BY sample_id LIMIT @limit
       )
     )`,
    { id: found.id, limit },
  )
  return true
}

/** Their texts, search index and labels go with them. */
function deleteSamples(db: WritableDb, runId: string, limit: number): boolean {
  const { changes } = run(
    db,
    `DELETE FROM samples WHERE row_id IN (
       SELECT samples.row_id FROM jobs JOIN samples ON samples.job_row = jobs.row_id
       WHERE jobs.run_id = ? LIMIT ?
     )`,
    [runId, limit],
  )
  return changes > 0
}
