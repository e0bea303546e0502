/** Registered models. A removed one keeps its row, hidden from the list, because old results still name it. */
import { existsSync } from 'node:fs'
import type { Model } from '#contract/models'
import { modelInspectionSchema, modelSourceSchema } from '#contract/models'
import type { WritableDb } from '../handle.ts'
import { notFound, readJson } from '../rows.ts'
import { run } from '../sql.ts'
import { registered } from './registered.ts'

interface ModelRow {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly fingerprint: string
  readonly source: string
  readonly inspection: string
  readonly added_at: number
}

const columns = 'id, name, path, fingerprint, source, inspection, added_at'

const records = registered<ModelRow, Model>({
  kind: 'model',
  table: 'models',
  columns,
  toItem: toModel,
})

export const { list, find, get, findByFingerprint, remove } = records

/**
 * Adds a model, or updates the one of the same fingerprint: its id stays, path, name and source are the new ones, and
 * it is listed again if it was removed. Returns what is stored.
 */
export function save(db: WritableDb, model: Omit<Model, 'isPresent'>): Model {
  const { id, fingerprint, source, addedAt, ...inspection } = model
  run(
    db,
    `INSERT INTO models (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (fingerprint) DO UPDATE SET
       name = excluded.name, path = excluded.path, source = excluded.source,
       inspection = excluded.inspection, removed_at = NULL`,
    [
      id,
      model.name,
      model.path,
      fingerprint,
      JSON.stringify(source),
      JSON.stringify(modelInspectionSchema.parse(inspection)),
      addedAt,
    ],
  )
  const stored = findByFingerprint(db, fingerprint)
  if (stored === null) throw notFound('model', id)
  return stored
}

function toModel(row: ModelRow): Model {
  return {
    ...readJson(modelInspectionSchema, row.inspection, 'models.inspection'),
    id: row.id,
    name: row.name,
    path: row.path,
    fingerprint: row.fingerprint,
    source: readJson(modelSourceSchema, row.source, 'models.source'),
    addedAt: row.added_at,
    isPresent: existsSync(row.path),
  }
}
