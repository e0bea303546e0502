/** Configurations by the hash of their canonical JSON. They are never changed, only named and listed. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#contract/canonical'
import {
  configurationSchema,
  type Configuration,
  type StoredConfiguration,
} from '#contract/configurations'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound, readJson } from '../rows.ts'
import { all, get as getRow, run } from '../sql.ts'

interface ConfigurationRow {
  readonly hash: string
  readonly configuration: string
  readonly name: string
  readonly created_at: number
  readonly is_saved: number
}

const columns = 'hash, configuration, name, created_at, is_saved'

export interface NamedConfiguration {
  readonly name: string
  readonly configuration: Configuration
  readonly now: number
}

/** sha256 of the canonical JSON, 64 hex digits. */
export function hashConfiguration(configuration: Configuration): string {
  return createHash('sha256').update(canonicalJson(configuration)).digest('hex')
}

/** Those that a person saved, newest first. */
export function listSaved(db: ReadableDb): StoredConfiguration[] {
  return all<ConfigurationRow>(
    db,
    `SELECT ${columns} FROM configurations WHERE is_saved = 1 ORDER BY created_at DESC, hash`,
  ).map(toStored)
}

export function find(db: ReadableDb, hash: string): StoredConfiguration | null {
  const row = getRow<ConfigurationRow>(db, `SELECT ${columns} FROM configurations WHERE hash = ?`, [
    hash,
  ])
  return row === undefined ? null : toStored(row)
}

/** Throws `not-found`. */
export function get(db: ReadableDb, hash: string): StoredConfiguration {
  const stored = find(db, hash)
  if (stored === null) throw notFound('configuration', hash)
  return stored
}

/** Puts it on the Configurations page under this name. */
export function save(db: WritableDb, named: NamedConfiguration): StoredConfiguration {
  const hash = hashConfiguration(named.configuration)
  run(
    db,
    `INSERT INTO configurations (${columns}) VALUES (?, ?, ?, ?, 1)
     ON CONFLICT (hash) DO UPDATE SET name = excluded.name, is_saved = 1`,
    [hash, canonicalJson(named.configuration), named.name, named.now],
  )
  return get(db, hash)
}

/** Makes sure that a plan's configuration has a row, and returns its hash. A saved one keeps its name. */
export function ensure(db: WritableDb, named: NamedConfiguration): string {
  const hash = hashConfiguration(named.configuration)
  run(
    db,
    `INSERT INTO configurations (${columns}) VALUES (?, ?, ?, ?, 0) ON CONFLICT (hash) DO NOTHING`,
    [hash, canonicalJson(named.configuration), named.name, named.now],
  )
  return hash
}

/** Takes it off the Configurations page; results keep it. Throws `not-found`. */
export function remove(db: WritableDb, hash: string): void {
  const { changes } = run(
    db,
    'UPDATE configurations SET is_saved = 0 WHERE hash = ? AND is_saved = 1',
    [hash],
  )
  if (changes === 0) throw notFound('saved configuration', hash)
}

function toStored(row: ConfigurationRow): StoredConfiguration {
  return {
    hash: row.hash,
    name: row.name,
    configuration: readJson(configurationSchema, row.configuration, 'configurations.configuration'),
    createdAt: row.created_at,
    isSaved: row.is_saved === 1,
  }
}
