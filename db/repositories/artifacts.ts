/** What interventions fitted on calibration text, by the engine's key. */
import type { Json } from '#contract/json'
import { jsonSchema } from '#contract/json'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { readJson } from '../rows.ts'
import { all, get as getRow, run } from '../sql.ts'

export interface Artifact {
  readonly key: string
  /** sha256 of the payload. */
  readonly hash: string
  readonly payload: Json
}

interface ArtifactRow {
  readonly key: string
  readonly hash: string
  readonly payload: string
}

/** Artifacts that were fitted on this model, newest first, as many as fit into `limitBytes` of JSON. */
export function forModel(
  db: ReadableDb,
  { modelId, limitBytes }: { modelId: string; limitBytes: number },
): Artifact[] {
  return all<ArtifactRow>(
    db,
    `SELECT key, hash, payload FROM (
       SELECT key, hash, payload, sum(length(payload)) OVER (ORDER BY fitted_at DESC, key) AS size
       FROM artifacts WHERE model_id = ?
     ) WHERE size <= ?`,
    [modelId, limitBytes],
  ).map((row) => ({ ...row, payload: readJson(jsonSchema, row.payload, 'artifacts.payload') }))
}

export function save(
  db: WritableDb,
  { artifact, modelId, now }: { artifact: Artifact; modelId: string; now: number },
): void {
  run(
    db,
    `INSERT INTO artifacts (key, hash, payload, model_id, fitted_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET
       hash = excluded.hash, payload = excluded.payload, fitted_at = excluded.fitted_at`,
    [artifact.key, artifact.hash, JSON.stringify(artifact.payload), modelId, now],
  )
}

/** How many there are, and bytes of their JSON. */
export function size(db: ReadableDb): { entries: number; sizeBytes: number } {
  const row = getRow<{ entries: number; size: number }>(
    db,
    'SELECT count(*) AS entries, coalesce(sum(octet_length(payload)), 0) AS size FROM artifacts',
  )
  return { entries: row?.entries ?? 0, sizeBytes: row?.size ?? 0 }
}

/** All of them: who needs one fits it again. */
export function clear(db: WritableDb): void {
  run(db, 'DELETE FROM artifacts')
}
