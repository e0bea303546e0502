/** What people say about answers: one label for a stored sample, taken back or changed at will. */
import type { Label, LabelItem } from '#contract/labels'
import type { Expectation } from '#contract/suites'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound } from '../rows.ts'
import { all, allRaw, get as getRow, inTransaction, run } from '../sql.ts'

export interface LabelledSample {
  readonly rowId: number
  readonly sampleId: string
  readonly expectation: Expectation
  readonly label: Label
}

/** Null takes the label back. Throws `not-found` for an unknown sample. */
export function set(
  db: WritableDb,
  { rowId, label, now }: { rowId: number; label: Label | null; now: number },
): void {
  inTransaction(db, () => {
    const sample = getRow(db, 'SELECT row_id FROM samples WHERE row_id = ?', [rowId])
    if (sample === undefined) throw notFound('sample', String(rowId))
    if (label === null) {
      run(db, 'DELETE FROM labels WHERE sample_row = ?', [rowId])
      return
    }
    run(
      db,
      `INSERT INTO labels (sample_row, label, labelled_at) VALUES (?, ?, ?)
       ON CONFLICT (sample_row) DO UPDATE SET label = excluded.label, labelled_at = excluded.labelled_at`,
      [rowId, label, now],
    )
  })
}

/** Labelled samples of each of these jobs by place in the suite. */
export function forJobs(
  db: ReadableDb,
  jobIds: readonly string[],
): Map<string, readonly LabelledSample[]> {
  type LabelRow = {
    row_id: number
    job_id: string
    sample_id: string
    expectation: Expectation
    label: Label
  }
  const rows = all<LabelRow>(
    db,
    `SELECT samples.row_id, jobs.id AS job_id, sample_id, expectation, label
     FROM labels JOIN samples ON samples.row_id = labels.sample_row
       JOIN jobs ON jobs.row_id = samples.job_row
     WHERE jobs.id IN (SELECT value FROM json_each(?))
     ORDER BY idx, sample_id`,
    [JSON.stringify(jobIds)],
  )
  const byJob = Map.groupBy(rows, ({ job_id: jobId }) => jobId)
  return new Map(
    [...byJob].map(([jobId, labelled]) => [
      jobId,
      labelled.map(({ row_id: rowId, sample_id: sampleId, expectation, label }) => ({
        rowId,
        sampleId,
        expectation,
        label,
      })),
    ]),
  )
}

/** Row ids of a job's answers that a person could judge: there is a text, and a right way to answer. By place in the suite. */
export function candidates(db: ReadableDb, jobId: string): number[] {
  const rows = allRaw<[number]>(
    db,
    `SELECT samples.row_id FROM samples JOIN sample_texts USING (row_id)
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?)
       AND expectation <> 'none' AND error IS NULL AND trim(coalesce(answer, '')) <> ''
     ORDER BY idx, sample_id`,
    [jobId],
  )
  return rows.map(([rowId]) => rowId)
}

/** These answers in this order, with nothing that tells which configuration gave them. Unknown rows are left out. */
export function items(db: ReadableDb, rowIds: readonly number[]): LabelItem[] {
  type ItemRow = {
    row_id: number
    prompt: string
    answer: string | null
    expectation: string
    label: Label | null
  }
  return all<ItemRow>(
    db,
    `SELECT samples.row_id, prompt, answer, expectation, label
     FROM json_each(?) AS wanted
       JOIN samples ON samples.row_id = wanted.value
       JOIN sample_texts ON sample_texts.row_id = samples.row_id
       LEFT JOIN labels ON labels.sample_row = samples.row_id
     ORDER BY wanted.key`,
    [JSON.stringify(rowIds)],
  ).map(({ row_id: rowId, answer, ...item }) => ({ rowId, answer: answer ?? '', ...item }))
}
