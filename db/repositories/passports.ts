/** Passports by recipe hash: the newest proof replaces an earlier one of the same recipe. */
import { passportSchema, type Passport } from '#contract/configurations'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { readJson, toFlag } from '../rows.ts'
import { get as getRow, run } from '../sql.ts'

interface PassportRow {
  readonly passport: string
}

export function find(db: ReadableDb, recipeHash: string): Passport | null {
  return toPassport(
    getRow<PassportRow>(db, 'SELECT passport FROM passports WHERE recipe_hash = ?', [recipeHash]),
  )
}

/** The newest passport that any job of this configuration carries. */
export function forConfiguration(db: ReadableDb, configurationHash: string): Passport | null {
  return toPassport(
    getRow<PassportRow>(
      db,
      `SELECT passport FROM passports WHERE recipe_hash IN (
         SELECT passport_hash FROM jobs JOIN runs ON runs.id = jobs.run_id AND removed_at IS NULL
         WHERE configuration_hash = ?
       ) ORDER BY issued_at DESC LIMIT 1`,
      [configurationHash],
    ),
  )
}

export function forJob(db: ReadableDb, jobId: string): Passport | null {
  return toPassport(
    getRow<PassportRow>(
      db,
      `SELECT passport FROM passports
       JOIN jobs ON jobs.passport_hash = passports.recipe_hash WHERE jobs.id = ?`,
      [jobId],
    ),
  )
}

export function save(db: WritableDb, passport: Passport): void {
  run(
    db,
    `INSERT INTO passports (recipe_hash, passport, is_verified, issued_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (recipe_hash) DO UPDATE SET
       passport = excluded.passport, is_verified = excluded.is_verified,
       issued_at = excluded.issued_at`,
    [
      passport.recipeHash,
      JSON.stringify(passport),
      toFlag(passport.isVerified),
      Math.trunc(passport.issuedAt),
    ],
  )
}

function toPassport(row: PassportRow | undefined): Passport | null {
  return row === undefined ? null : readJson(passportSchema, row.passport, 'passports.passport')
}
