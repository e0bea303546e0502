/**
 * A person's words as a search condition. Every word must occur. Words of three characters or more go to the trigram
 * index as quoted strings, so no character of theirs is an operator; shorter ones (common in Chinese, Japanese and
 * Korean) are looked for in the text itself.
 */
import type { SqlValue } from './sql.ts'

const trigramLength = 3
const maxTerms = 16
const maxTermLength = 200

/** A condition on a row id column of `sample_texts`, to stand in a WHERE clause with its parameters. */
export interface SearchCondition {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

export function searchTerms(text: string): string[] {
  return text
    .replaceAll('\0', ' ')
    .split(/\s+/u)
    .filter((term) => term !== '')
    .slice(0, maxTerms)
    .map((term) => term.slice(0, maxTermLength))
}

/** Null when the text holds no word. `rowId` is SQL of ours, e.g. `samples.row_id`. */
export function searchCondition(text: string, rowId: string): SearchCondition | null {
  const terms = searchTerms(text)
  if (terms.length === 0) return null
  const isLong = (term: string) => Array.from(term).length >= trigramLength
  const long = terms.filter(isLong)
  const short = terms.filter((term) => !isLong(term))
  const conditions: string[] = []
  const parameters: SqlValue[] = []
  if (long.length > 0) {
    conditions.push(`${rowId} IN (SELECT rowid FROM sample_search WHERE sample_search MATCH ?)`)
    parameters.push(long.map((term) => `"${term.replaceAll('"', '""')}"`).join(' '))
  }
  for (const term of short) {
    conditions.push(
      `EXISTS (SELECT 1 FROM sample_texts AS found WHERE found.row_id = ${rowId}
         AND (found.prompt LIKE ? ESCAPE '\\' OR found.answer LIKE ? ESCAPE '\\'))`,
    )
    const pattern = `%${term.replace(/[\\%_]/gu, '\\$&')}%`
    parameters.push(pattern, pattern)
  }
  return { sql: conditions.join(' AND '), parameters }
}
