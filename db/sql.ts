/** The only place that runs SQL: statements are prepared once per connection, failures become ours. */
import type BetterSqlite3 from 'better-sqlite3'
import { toStorageError } from './errors.ts'
import { connectionKey, type Connection, type ReadableDb, type WritableDb } from './handle.ts'

export type SqlValue = string | number | bigint | Uint8Array | null
export type Parameters = readonly SqlValue[] | Readonly<Record<string, SqlValue>>

/** All rows. Row types are written by hand beside their SQL; STRICT tables hold them to it. */
export function all<Row>(db: ReadableDb, sql: string, parameters: Parameters = []): Row[] {
  return guarded(db, (connection) => prepared(connection, sql).all(parameters) as Row[])
}

/** Rows as arrays in the order of the selected columns: half the cost of objects for long lists. */
export function allRaw<Row extends readonly unknown[]>(
  db: ReadableDb,
  sql: string,
  parameters: Parameters = [],
): Row[] {
  return guarded(db, ({ sqlite }) => sqlite.prepare(sql).raw(true).all(parameters) as Row[])
}

export function get<Row>(
  db: ReadableDb,
  sql: string,
  parameters: Parameters = [],
): Row | undefined {
  return guarded(db, (connection) => prepared(connection, sql).get(parameters) as Row | undefined)
}

export function run(
  db: WritableDb,
  sql: string,
  parameters: Parameters = [],
): BetterSqlite3.RunResult {
  return guarded(db, (connection) => prepared(connection, sql).run(parameters))
}

/**
 * Runs `work` in one transaction: all of it is stored or none. It takes the write lock at once, so that two
 * processes wait for each other instead of failing half-way; inside another transaction it just joins in.
 */
export function inTransaction<T>(db: WritableDb, work: () => T): T {
  return guarded(db, ({ sqlite }) =>
    sqlite.inTransaction ? work() : sqlite.transaction(work).immediate(),
  )
}

/** Runs `work` on one state of the store: what is committed meanwhile, it does not see. */
export function inSnapshot<T>(db: ReadableDb, work: () => T): T {
  return guarded(db, ({ sqlite }) =>
    sqlite.inTransaction ? work() : sqlite.transaction(work).deferred(),
  )
}

function prepared({ sqlite, statements }: Connection, sql: string): BetterSqlite3.Statement {
  const known = statements.get(sql)
  if (known !== undefined) return known
  const statement = sqlite.prepare(sql)
  statements.set(sql, statement)
  return statement
}

function guarded<T>(db: ReadableDb, work: (connection: Connection) => T): T {
  const connection = db[connectionKey]
  try {
    return work(connection)
  } catch (thrown) {
    throw toStorageError(thrown, connection.sqlite.name)
  }
}
