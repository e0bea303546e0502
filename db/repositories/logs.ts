/** Log lines of jobs, the newest few thousand of each. */
import type { LogLine } from '#contract/jobs'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { all, run } from '../sql.ts'

const keptLines = 5_000
const longestLine = 4_000

/** The newest `limit` lines, oldest of them first. */
export function list(
  db: ReadableDb,
  { jobId, limit }: { jobId: string; limit: number },
): LogLine[] {
  return all<LogLine>(
    db,
    `SELECT at, level, message FROM job_logs
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?) ORDER BY row_id DESC LIMIT ?`,
    [jobId, limit],
  ).reverse()
}

export function add(
  db: WritableDb,
  { jobId, lines }: { jobId: string; lines: readonly LogLine[] },
): void {
  for (const line of lines) {
    run(
      db,
      `INSERT INTO job_logs (job_row, at, level, message)
       SELECT row_id, ?, ?, ? FROM jobs WHERE id = ?`,
      [line.at, line.level, line.message.slice(0, longestLine), jobId],
    )
  }
  run(
    db,
    `DELETE FROM job_logs WHERE job_row = (SELECT row_id FROM jobs WHERE id = @jobId)
     AND row_id <= (
       SELECT row_id FROM job_logs WHERE job_row = (SELECT row_id FROM jobs WHERE id = @jobId)
       ORDER BY row_id DESC LIMIT 1 OFFSET ${keptLines}
     )`,
    { jobId },
  )
}
