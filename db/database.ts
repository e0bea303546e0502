/** Opens the store: one SQLite file in WAL mode, shared by the app and any number of CLI processes. */
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import type BetterSqlite3 from 'better-sqlite3'
import { ActbenchError, isActbenchError } from '#contract/errors'
import { loadDriver } from './driver.ts'
import { corruptRemedy, toStorageError } from './errors.ts'
import {
  connectionKey,
  writeKey,
  type Connection,
  type ReadableDb,
  type WritableDb,
} from './handle.ts'
import { checkIdentity, latestVersion, migrate, readVersion } from './migrate.ts'

/** How long a process waits for another one's transaction. */
const busyTimeoutMs = 5_000
/** A write-ahead log above this is cut back at the next checkpoint. */
const walLimitBytes = 128 * 2 ** 20
/** Of a larger store only the tables that stay small are checked at every start. */
const wholeCheckBytes = 32 * 2 ** 20
const growingTables = new Set(['samples', 'sample_texts', 'scores', 'job_logs'])

export interface OpenOptions {
  /** A file path, or `:memory:` for tests. */
  readonly path: string
  readonly readOnly?: boolean
}

export class Database {
  readonly path: string
  readonly read: ReadableDb
  readonly #writable: WritableDb | null
  readonly #connection: Connection

  constructor(connection: Connection, isReadOnly: boolean) {
    this.path = connection.sqlite.name
    this.#connection = connection
    this.read = { [connectionKey]: connection }
    this.#writable = isReadOnly ? null : { [connectionKey]: connection, [writeKey]: true }
  }

  /** Throws `storage` when the store was opened to be read only. */
  get write(): WritableDb {
    if (this.#writable !== null) return this.#writable
    throw new ActbenchError({
      code: 'storage',
      message: `${this.path}: the store was opened to be read only.`,
      remedy: 'Open it with a profile folder that this user may write to.',
    })
  }

  get isOpen(): boolean {
    return this.#connection.sqlite.open
  }

  close(): void {
    if (!this.#connection.sqlite.open) return
    this.#connection.statements.clear()
    this.#connection.orderings.clear()
    this.#connection.sqlite.close()
  }
}

/**
 * Opens or creates the store at `path` and brings its schema up to date. Throws `damaged-store` when the file is damaged or
 * empty, and `storage` when it is foreign or of a newer Actbench, or when the place cannot be written; it never replaces a
 * file.
 */
export function openDatabase({ path, readOnly = false }: OpenOptions): Database {
  const driver = loadDriver()
  try {
    if (path !== ':memory:') {
      if (existsSync(path)) refuseEmptyFile(path)
      else if (!readOnly) createFile(driver, path)
    }
    return openExisting(driver, path, readOnly)
  } catch (thrown) {
    throw toOpenError(thrown, path)
  }
}

/** Renames a damaged store and its side files to `.corrupt.<time>` and returns the new path. Only on a person's word. */
export function setAsideDatabase(path: string, now: Date): string {
  const aside = `${path}.corrupt.${now.toISOString().replaceAll(':', '-')}`
  try {
    renameSync(path, aside)
    for (const suffix of ['-wal', '-shm']) {
      if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${aside}${suffix}`)
    }
  } catch (thrown) {
    throw toOpenError(thrown, path)
  }
  return aside
}

/** Made beside its place and linked there when complete, so that an empty file is never one that we were making. */
function createFile(driver: typeof BetterSqlite3, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.new-${process.pid}`
  rmSync(draft, { force: true })
  const sqlite = new driver(draft)
  try {
    migrate(sqlite)
    sqlite.pragma('journal_mode = WAL')
  } finally {
    sqlite.close()
  }
  try {
    linkSync(draft, path)
  } catch (thrown) {
    // Another process was faster: its store is as good as ours. Where links do not exist, rename.
    if (!existsSync(path)) renameSync(draft, path)
    else if (errorCode(thrown) !== 'EEXIST') throw thrown
  } finally {
    rmSync(draft, { force: true })
  }
}

function openExisting(driver: typeof BetterSqlite3, path: string, isReadOnly: boolean): Database {
  const sqlite = new driver(path, { readonly: isReadOnly, timeout: busyTimeoutMs })
  try {
    if (path !== ':memory:') quickCheck(sqlite, statSync(path).size)
    sqlite.pragma('foreign_keys = ON')
    if (isReadOnly) {
      checkReadable(sqlite)
    } else {
      sqlite.pragma('journal_mode = WAL')
      sqlite.pragma('synchronous = NORMAL')
      sqlite.pragma(`journal_size_limit = ${walLimitBytes}`)
      migrate(sqlite)
    }
    return new Database({ sqlite, statements: new Map(), orderings: new Map() }, isReadOnly)
  } catch (thrown) {
    sqlite.close()
    throw thrown
  }
}

/**
 * Reads tables through before anything is trusted. The search index is left out: it took 25 of the 32 seconds that a
 * check of a 520 MB store took, and it can be rebuilt from the texts.
 */
function quickCheck(sqlite: BetterSqlite3.Database, sizeBytes: number): void {
  const tables = sqlite
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sample_search%'`,
    )
    .pluck()
    .all()
    .map(String)
  const isLarge = sizeBytes > wholeCheckBytes
  for (const table of tables) {
    if (isLarge && growingTables.has(table)) continue
    const found = sqlite.pragma(`quick_check("${table.replaceAll('"', '""')}")`, { simple: true })
    if (found === 'ok') continue
    throw new ActbenchError({
      code: 'damaged-store',
      message: `${sqlite.name}: expected a sound store, found damage in ${table}: ${String(found)}.`,
      remedy: corruptRemedy,
    })
  }
}

/** A reader cannot migrate, so an older schema is as unreadable for it as a newer one. */
function checkReadable(sqlite: BetterSqlite3.Database): void {
  checkIdentity(sqlite)
  const found = readVersion(sqlite)
  if (found === latestVersion()) return
  throw new ActbenchError({
    code: 'storage',
    message: `${sqlite.name}: its schema has version ${found}, expected ${latestVersion()}, and it was opened to be read only.`,
    remedy: 'Open it once with write permission, which brings it up to date.',
  })
}

function refuseEmptyFile(path: string): void {
  if (statSync(path).size > 0) return
  throw new ActbenchError({
    code: 'damaged-store',
    message: `${path}: expected an Actbench store, found an empty file.`,
    remedy: corruptRemedy,
  })
}

function toOpenError(thrown: unknown, path: string): unknown {
  const error = toStorageError(thrown, path)
  if (isActbenchError(error) || !(error instanceof Error)) return error
  const code = errorCode(error)
  if (code === null) return error
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return new ActbenchError({
    code: isFull ? 'resource-exhausted' : 'storage',
    message: `${path}: the store cannot be opened or created there (${code}).`,
    remedy: isFull
      ? 'Free some space on that disk, then start again.'
      : 'Check that the profile folder exists and that this user may write to it, or choose another profile.',
    cause: thrown,
  })
}

function errorCode(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : null
}
