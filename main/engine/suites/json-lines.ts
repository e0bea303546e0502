/** Strict reading of JSON lines: every row one object of a known shape, every problem named by file, line and field. */
import type { z } from 'zod'
import { malformed } from './csv-table.ts'
import type { DataFile } from './types.ts'

export interface JsonRow<T> {
  /** Line in the file, counted from 1. */
  readonly line: number
  readonly value: T
  /** Throws `malformed-file` about this line. */
  fail(problem: string): never
}

/** Rows of `file`; blank lines are passed over. Throws `malformed-file` for anything else than `schema`, or no rows at all. */
export function readJsonLines<T>(file: DataFile, schema: z.ZodType<T>): JsonRow<T>[] {
  const rows: JsonRow<T>[] = []
  file.text.split('\n').forEach((text, index) => {
    if (text.trim() === '') return
    const line = index + 1
    const fail = (problem: string): never => {
      throw malformed(file, `line ${line}: ${problem}`)
    }
    const parsed = schema.safeParse(parseJson(text, fail))
    if (parsed.success) {
      rows.push({ line, value: parsed.data, fail })
      return
    }
    const issue = parsed.error.issues[0]
    fail(`${issue.path.join('.') || 'row'}: ${issue.message}`)
  })
  if (rows.length === 0) throw malformed(file, 'expected lines of JSON, found none')
  return rows
}

function parseJson(text: string, fail: (problem: string) => never): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return fail('expected a JSON object, found something else')
  }
}
