/** Rows of MASSIVE from any of its layouts: of some locales, of one partition. */
import { basename } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { malformed } from '../csv-table.ts'
import { malformedRow, parseRow, type MassivePartition, type MassiveRow } from './rows.ts'
import { openLineFiles, type LineFile } from './source.ts'

export interface RowChoice {
  /** Absent: all that are there. */
  readonly locales?: readonly string[]
  /** Absent: all. */
  readonly partition?: MassivePartition
  /** Locales without rows are no error, nor is the lack of any row. */
  readonly mayLack?: boolean
}

/**
 * Rows of the data at `path` (archive, folder or file) in their order. Only lines of the wanted partition are looked at; all
 * others of a wanted locale are passed over unread. Throws `malformed-file` naming file, line and field, and at the end
 * `not-found` where a wanted locale had no such row.
 */
export async function* streamMassive(
  path: string,
  choice: RowChoice = {},
): AsyncGenerator<MassiveRow> {
  const seen = new Map<string, Set<number>>()
  const wanted = choice.locales === undefined ? null : new Set(choice.locales)
  for await (const file of openLineFiles(path)) {
    if (file.locale !== null && wanted?.has(file.locale) === false) continue
    for await (const row of rowsOf(file, choice.partition)) {
      if (wanted?.has(row.locale) === false) continue
      refuseDouble(row, seen)
      yield row
    }
  }
  if (choice.mayLack !== true) requireRows(path, { choice, seen })
}

function requireRows(
  path: string,
  { choice, seen }: { readonly choice: RowChoice; readonly seen: ReadonlyMap<string, unknown> },
): void {
  const missing = (choice.locales ?? []).filter((locale) => !seen.has(locale))
  if (missing.length > 0) {
    throw new ActbenchError({
      code: 'not-found',
      message: `${basename(path)}: expected rows of ${missing.join(', ')}${choice.partition === undefined ? '' : ` in ${choice.partition}`}, found none.`,
      remedy: 'Choose locales that the data have, or add data that have them.',
    })
  }
  if (seen.size === 0) throw malformed({ name: basename(path) }, 'expected rows, found none')
}

/** Ids by locale; a locale of the whole set has 16,521. */
function refuseDouble(row: MassiveRow, seen: Map<string, Set<number>>): void {
  const ids = seen.get(row.locale) ?? new Set()
  seen.set(row.locale, ids)
  const id = Number(row.id)
  if (ids.has(id)) throw malformedRow(row.place, `id: ${row.locale}/${row.id} occurred before`)
  ids.add(id)
}

/** The same, as a list. */
export async function readMassive(path: string, choice: RowChoice = {}): Promise<MassiveRow[]> {
  const rows: MassiveRow[] = []
  for await (const row of streamMassive(path, choice)) rows.push(row)
  return rows
}

async function* rowsOf(
  file: LineFile,
  partition: MassivePartition | undefined,
): AsyncGenerator<MassiveRow> {
  // Inside a JSON string its quotes would be escaped, so only the field itself can look like this.
  const mark =
    partition === undefined ? null : new RegExp(`"partition"\\s*:\\s*"${partition}"`, 'u')
  let line = 0
  for await (const text of file.lines) {
    line += 1
    if (mark?.test(text) === false || text.trim() === '') continue
    const row = parseRow(text, { name: file.name, line })
    if (file.locale !== null && row.locale !== file.locale) {
      throw malformedRow(
        row.place,
        `locale: expected ${file.locale} as in the file's name, found ${row.locale}`,
      )
    }
    yield row
  }
}
