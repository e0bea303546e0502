/** Loads better-sqlite3, a native module, for the runtime that we happen to be in. */
import { createRequire } from 'node:module'
import process from 'node:process'
import type BetterSqlite3 from 'better-sqlite3'
import { ActbenchError } from '#contract/errors'

/**
 * The package that ACTBENCH_BETTER_SQLITE3 names (a folder, built for the running Electron), else the installed one.
 * Throws `storage` when neither loads: the two differ in the ABI they were built for.
 */
export function loadDriver(): typeof BetterSqlite3 {
  const wanted = process.env['ACTBENCH_BETTER_SQLITE3'] ?? 'better-sqlite3'
  try {
    return createRequire(import.meta.url)(wanted) as typeof BetterSqlite3
  } catch (cause) {
    throw new ActbenchError({
      code: 'storage',
      message: `SQLite did not load from ${wanted} under Node ${process.versions.node}.`,
      remedy: 'Run npm ci again, and start Actbench through npm so that it gets the right Node.',
      cause,
    })
  }
}
