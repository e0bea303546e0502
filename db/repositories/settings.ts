/** Settings of the profile: the page's own, and small facts that outlive the process. */
import { settingsSchema, type Settings } from '#contract/system'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { all, get as getRow, inTransaction, run } from '../sql.ts'

const userPrefix = 'user.'
const queuePausedKey = 'queue.isPaused'
const concurrentJobsKey = 'queue.concurrentJobs'

interface SettingRow {
  readonly key: string
  readonly value: string
}

/** Defaults stand for what was never set, and for a value that this build does not know. */
export function getAll(db: ReadableDb): Settings {
  const stored: Record<string, unknown> = {}
  for (const row of all<SettingRow>(db, 'SELECT key, value FROM settings')) {
    if (row.key.startsWith(userPrefix)) {
      stored[row.key.slice(userPrefix.length)] = JSON.parse(row.value)
    }
  }
  const parsed = settingsSchema.safeParse(stored)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) delete stored[String(issue.path[0])]
  return settingsSchema.parse(stored)
}

/** Changes the given settings and returns all of them. */
export function set(db: WritableDb, changes: Partial<Settings>): Settings {
  inTransaction(db, () => {
    for (const [key, value] of Object.entries(changes)) {
      if (value !== undefined) put(db, `${userPrefix}${key}`, value)
    }
  })
  return getAll(db)
}

export function isQueuePaused(db: ReadableDb): boolean {
  const row = getRow<SettingRow>(db, 'SELECT key, value FROM settings WHERE key = ?', [
    queuePausedKey,
  ])
  return row?.value === 'true'
}

export function setQueuePaused(db: WritableDb, isPaused: boolean): void {
  put(db, queuePausedKey, isPaused)
}

/** Jobs that a queue runs at once; 1 when nobody has said. */
export function concurrentJobs(db: ReadableDb): number {
  const row = getRow<SettingRow>(db, 'SELECT key, value FROM settings WHERE key = ?', [
    concurrentJobsKey,
  ])
  const count = Number(row?.value)
  return Number.isInteger(count) && count >= 1 ? count : 1
}

export function setConcurrentJobs(db: WritableDb, count: number): void {
  put(db, concurrentJobsKey, count)
}

function put(db: WritableDb, key: string, value: unknown): void {
  run(
    db,
    `INSERT INTO settings (key, value) VALUES (?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [key, JSON.stringify(value)],
  )
}
