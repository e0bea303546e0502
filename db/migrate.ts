/** Brings a store to the schema of this build, one transaction per step, and refuses what it does not know. */
import type BetterSqlite3 from 'better-sqlite3'
import { ActbenchError } from '#contract/errors'
import { migrations as shipped } from './migrations/index.ts'
import type { Migration } from './migrations/types.ts'

/** "Actb" in ASCII: tells our file from any other SQLite file. */
export const applicationId = 0x41637462

export function latestVersion(migrations: readonly Migration[] = shipped): number {
  return migrations.at(-1)?.version ?? 0
}

/**
 * Applies the missing migrations and returns how many there were. Two processes may call it at once: the version is
 * read again under the write lock. Throws `storage` for a newer schema and for a file that is not ours.
 */
export function migrate(
  sqlite: BetterSqlite3.Database,
  migrations: readonly Migration[] = shipped,
): number {
  checkIdentity(sqlite, migrations)
  let applied = 0
  for (const migration of migrations) {
    const apply = sqlite.transaction(() => {
      if (readVersion(sqlite) >= migration.version) return
      sqlite.exec(migration.sql)
      migration.rewrite?.(sqlite)
      sqlite.pragma(`user_version = ${migration.version}`)
      sqlite.pragma(`application_id = ${applicationId}`)
      applied += 1
    })
    apply.immediate()
  }
  return applied
}

/** Throws `storage` unless the file is empty or an Actbench store that this build can read. */
export function checkIdentity(
  sqlite: BetterSqlite3.Database,
  migrations: readonly Migration[] = shipped,
): void {
  const found = readVersion(sqlite)
  const id = Number(sqlite.pragma('application_id', { simple: true }))
  const tables = sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (id !== applicationId && (tables !== 0 || found !== 0)) {
    throw new ActbenchError({
      code: 'storage',
      message: `${sqlite.name}: expected an Actbench store, found a SQLite file of another program.`,
      remedy: 'Choose another profile folder; this file was left untouched.',
    })
  }
  const known = latestVersion(migrations)
  if (found > known) {
    throw new ActbenchError({
      code: 'storage',
      message: `${sqlite.name}: its schema has version ${found}, this Actbench knows versions up to ${known}.`,
      remedy: 'Start the newer Actbench that wrote it, or choose another profile.',
    })
  }
}

export function readVersion(sqlite: BetterSqlite3.Database): number {
  return Number(sqlite.pragma('user_version', { simple: true }))
}
