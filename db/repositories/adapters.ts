/** Registered adapters. A removed one keeps its row, hidden from the list, because old results still name it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { adapterInspectionSchema, type Adapter } from '#contract/adapters'
import type { WritableDb } from '../handle.ts'
import { notFound, readJson } from '../rows.ts'
import { run } from '../sql.ts'
import { registered } from './registered.ts'

interface AdapterRow {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly fingerprint: string
  readonly inspection: string
  readonly added_at: number
}

const columns = 'id, name, path, fingerprint, inspection, added_at'

const records = registered<AdapterRow, Adapter>({
  kind: 'adapter',
  table: 'adapters',
  columns,
  toItem: toAdapter,
})

export const { list, find, get, remove } = records

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
  const stored = records.findByFingerprint(db, fingerprint)
  if (stored === null) throw notFound('adapter', id)
  return stored
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
