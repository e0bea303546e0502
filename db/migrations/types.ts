import type BetterSqlite3 from 'better-sqlite3'

/** One step of the schema, forward only. A shipped migration is never edited: the next change is the next number. */
export interface Migration {
  /** 1, 2, 3 ...: the value of user_version after it. */
  readonly version: number
  readonly title: string
  readonly sql: string
  /** What SQL alone cannot do to the rows, after `sql` and in its transaction. */
  readonly rewrite?: (sqlite: BetterSqlite3.Database) => void
}
