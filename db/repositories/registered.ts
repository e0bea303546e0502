/**
 * What models and adapters have in common: rows that are listed until they are removed, and stay for old results that
 * name them.
 */
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound } from '../rows.ts'
import { all, get as getRow, run } from '../sql.ts'

interface Registered<T> {
  /** Listed ones, newest first. */
  readonly list: (db: ReadableDb) => T[]
  /** Also finds removed ones. */
  readonly find: (db: ReadableDb, id: string) => T | null
  /** Throws `not-found`. Also gets removed ones. */
  readonly get: (db: ReadableDb, id: string) => T
  readonly findByFingerprint: (db: ReadableDb, fingerprint: string) => T | null
  /** Takes it off the list. Throws `not-found`. */
  readonly remove: (db: WritableDb, removal: { id: string; now: number }) => void
}

/** `table` and `columns` are names in the code, never input. */
export function registered<Row, T>(of: {
  readonly kind: string
  readonly table: 'adapters' | 'models'
  readonly columns: string
  readonly toItem: (row: Row) => T
}): Registered<T> {
  const { kind, table, columns, toItem } = of
  const findBy = (db: ReadableDb, column: 'fingerprint' | 'id', value: string): T | null => {
    const row = getRow<Row>(db, `SELECT ${columns} FROM ${table} WHERE ${column} = ?`, [value])
    return row === undefined ? null : toItem(row)
  }
  return {
    list: (db) =>
      all<Row>(
        db,
        `SELECT ${columns} FROM ${table} WHERE removed_at IS NULL ORDER BY added_at DESC, id`,
      ).map(toItem),
    find: (db, id) => findBy(db, 'id', id),
    get: (db, id) => {
      const item = findBy(db, 'id', id)
      if (item === null) throw notFound(kind, id)
      return item
    },
    findByFingerprint: (db, fingerprint) => findBy(db, 'fingerprint', fingerprint),
    remove: (db, { id, now }) => {
      const sql = `UPDATE ${table} SET removed_at = ? WHERE id = ? AND removed_at IS NULL`
      if (run(db, sql, [now, id]).changes === 0) throw notFound(kind, id)
    },
  }
}
