/** Files of suites. One per suite is current; earlier ones stay for the jobs that used them. */
import type { SuiteDataset } from '#contract/suites'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { all, get as getRow, inTransaction, run } from '../sql.ts'

interface DatasetRow {
  readonly suite_id: string
  readonly data_hash: string
  readonly path: string
  readonly sample_count: number
  readonly origin: SuiteDataset['origin']
  readonly added_at: number
}

const columns = 'suite_id, data_hash, path, sample_count, origin, added_at'

/** The current dataset of each suite that has one. */
export function listCurrent(db: ReadableDb): SuiteDataset[] {
  return all<DatasetRow>(
    db,
    `SELECT ${columns} FROM datasets WHERE is_current = 1 ORDER BY suite_id`,
  ).map(toDataset)
}

export function findCurrent(db: ReadableDb, suiteId: string): SuiteDataset | null {
  const row = getRow<DatasetRow>(
    db,
    `SELECT ${columns} FROM datasets WHERE suite_id = ? AND is_current = 1`,
    [suiteId],
  )
  return row === undefined ? null : toDataset(row)
}

/** The dataset of a suite by its hash, current or earlier. */
export function find(
  db: ReadableDb,
  { suiteId, dataHash }: { suiteId: string; dataHash: string },
): SuiteDataset | null {
  const row = getRow<DatasetRow>(
    db,
    `SELECT ${columns} FROM datasets WHERE suite_id = ? AND data_hash = ?`,
    [suiteId, dataHash],
  )
  return row === undefined ? null : toDataset(row)
}

/** Adds or updates a dataset and makes it the suite's current one. */
export function save(db: WritableDb, dataset: SuiteDataset): void {
  inTransaction(db, () => {
    run(db, 'UPDATE datasets SET is_current = 0 WHERE suite_id = ?', [dataset.suiteId])
    run(
      db,
      `INSERT INTO datasets (${columns}, is_current) VALUES (?, ?, ?, ?, ?, ?, 1)
       ON CONFLICT (suite_id, data_hash) DO UPDATE SET
         path = excluded.path, sample_count = excluded.sample_count, origin = excluded.origin,
         is_current = 1`,
      [
        dataset.suiteId,
        dataset.dataHash,
        dataset.path,
        dataset.sampleCount,
        dataset.origin,
        dataset.addedAt,
      ],
    )
  })
}

function toDataset(row: DatasetRow): SuiteDataset {
  return {
    suiteId: row.suite_id,
    dataHash: row.data_hash,
    path: row.path,
    sampleCount: row.sample_count,
    origin: row.origin,
    addedAt: row.added_at,
  }
}
