/** Registered models. A removed one keeps its row, hidden from the list, because old results still name it. */
import { existsSync } from 'node:fs'
import type { Model } from '#contract/models'
import { modelInspectionSchema, modelSourceSchema } from '#contract/models'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound, readJson } from '../rows.ts'
import { all, get as getRow, run } from '../sql.ts'

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

/** Models on the Models page, newest first. */
export function list(db: ReadableDb): Model[] {
  return all<ModelRow>(
    db,
    `SELECT ${columns} FROM models WHERE removed_at IS NULL ORDER BY added_at DESC, id`,
  ).map(toModel)
}

/** Also finds removed models. */
export function find(db: ReadableDb, id: string): Model | null {
  const row = getRow<ModelRow>(db, `SELECT ${columns} FROM models WHERE id = ?`, [id])
  return row === undefined ? null : toModel(row)
}

/** Throws `not-found`. Also gets removed models. */
export function get(db: ReadableDb, id: string): Model {
  const model = find(db, id)
  if (model === null) throw notFound('model', id)
  return model
}

export function findByFingerprint(db: ReadableDb, fingerprint: string): Model | null {
  const row = getRow<ModelRow>(db, `SELECT ${columns} FROM models WHERE fingerprint = ?`, [
    fingerprint,
  ])
  return row === undefined ? null : toModel(row)
}

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

/** Takes it off the list. Throws `not-found`. */
export function remove(db: WritableDb, { id, now }: { id: string; now: number }): void {
  const { changes } = run(
    db,
    'UPDATE models SET removed_at = ? WHERE id = ? AND removed_at IS NULL',
    [now, id],
  )
  if (changes === 0) throw notFound('model', id)
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
