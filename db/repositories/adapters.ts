/** Registered adapters. A removed one keeps its row, hidden from the list, because old results still name it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { adapterInspectionSchema, type Adapter } from '#contract/adapters'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound, readJson } from '../rows.ts'
import { all, get as getRow, run } from '../sql.ts'

interface AdapterRow {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly fingerprint: string
  readonly inspection: string
  readonly added_at: number
}

const columns = 'id, name, path, fingerprint, inspection, added_at'

/** Listed adapters, newest first. */
export function list(db: ReadableDb): Adapter[] {
  return all<AdapterRow>(
    db,
    `SELECT ${columns} FROM adapters WHERE removed_at IS NULL ORDER BY added_at DESC, id`,
  ).map(toAdapter)
}

/** Also finds removed adapters. */
export function find(db: ReadableDb, id: string): Adapter | null {
  const row = getRow<AdapterRow>(db, `SELECT ${columns} FROM adapters WHERE id = ?`, [id])
  return row === undefined ? null : toAdapter(row)
}

/** Throws `not-found`. Also gets removed adapters. */
export function get(db: ReadableDb, id: string): Adapter {
  const adapter = find(db, id)
  if (adapter === null) throw notFound('adapter', id)
  return adapter
}

/**
 * Adds an adapter, or updates the one of the same fingerprint: its id stays, path and name are the new ones, and it is
 * listed again if it was removed. Returns what is stored.
 */
export function save(db: WritableDb, adapter: Omit<Adapter, 'isPresent'>): Adapter {
  const { id, fingerprint, addedAt, ...inspection } = adapter
  run(
    db,
    `INSERT INTO adapters (${columns}) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (fingerprint) DO UPDATE SET
       name = excluded.name, path = excluded.path, inspection = excluded.inspection, removed_at = NULL`,
    [
      id,
      adapter.name,
      adapter.path,
      fingerprint,
      JSON.stringify(adapterInspectionSchema.parse(inspection)),
      addedAt,
    ],
  )
  const row = getRow<AdapterRow>(db, `SELECT ${columns} FROM adapters WHERE fingerprint = ?`, [
    fingerprint,
  ])
  if (row === undefined) throw notFound('adapter', id)
  return toAdapter(row)
}

/** Takes it off the list. Throws `not-found`. */
export function remove(db: WritableDb, { id, now }: { id: string; now: number }): void {
  const { changes } = run(
    db,
    'UPDATE adapters SET removed_at = ? WHERE id = ? AND removed_at IS NULL',
    [now, id],
  )
  if (changes === 0) throw notFound('adapter', id)
}

function toAdapter(row: AdapterRow): Adapter {
  return {
    ...readJson(adapterInspectionSchema, row.inspection, 'adapters.inspection'),
    id: row.id,
    name: row.name,
    path: row.path,
    fingerprint: row.fingerprint,
    addedAt: row.added_at,
    isPresent: existsSync(join(row.path, 'adapter_model.safetensors')),
  }
}
