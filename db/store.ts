/** Facts about the store as a whole, and the ways to make several writes or reads one. */
import type { ReadableDb } from './handle.ts'
import { get } from './sql.ts'

export { inSnapshot, inTransaction } from './sql.ts'

export function sqliteVersion(db: ReadableDb): string {
  return get<{ version: string }>(db, 'SELECT sqlite_version() AS version')?.version ?? 'unknown'
}

/** Bytes of the store's pages, without the write-ahead log. */
export function sizeBytes(db: ReadableDb): number {
  const row = get<{ size: number }>(
    db,
    `SELECT page_count * page_size AS size FROM pragma_page_count(), pragma_page_size()`,
  )
  return row?.size ?? 0
}
