/** How often the engine died while a sample was with it. */
import type { ReadableDb, WritableDb } from '../handle.ts'
import { all, inTransaction, run } from '../sql.ts'

export interface SampleDeaths {
  readonly sampleId: string
  readonly deaths: number
}

/** Suspects without an answer, worst first; those that were put aside with an error are among them. */
export function forJob(db: ReadableDb, jobId: string): SampleDeaths[] {
  return all<{ sample_id: string; deaths: number }>(
    db,
    `SELECT sample_id, deaths FROM sample_deaths
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = @jobId)
       AND sample_id NOT IN (
         SELECT sample_id FROM samples
         WHERE job_row = (SELECT row_id FROM jobs WHERE id = @jobId) AND error IS NULL
       )
     ORDER BY deaths DESC, sample_id`,
    { jobId },
  ).map((row) => ({ sampleId: row.sample_id, deaths: row.deaths }))
}

/** Samples with so many deaths get new chances. */
export function forgive(
  db: WritableDb,
  { jobId, fromDeaths }: { jobId: string; fromDeaths: number },
): void {
  run(
    db,
    `DELETE FROM sample_deaths
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?) AND deaths >= ?`,
    [jobId, fromDeaths],
  )
}

export function add(
  db: WritableDb,
  { jobId, sampleIds }: { jobId: string; sampleIds: readonly string[] },
): void {
  inTransaction(db, () => {
    for (const sampleId of sampleIds) {
      run(
        db,
        `INSERT INTO sample_deaths (job_row, sample_id, deaths)
         SELECT row_id, ?, 1 FROM jobs WHERE id = ?
         ON CONFLICT (job_row, sample_id) DO UPDATE SET deaths = deaths + 1`,
        [sampleId, jobId],
      )
    }
  })
}
