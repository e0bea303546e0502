/** Strict reading of published CSV files: RFC 4180, UTF-8, a header row, every problem named by file, row and column. */
import Papa from 'papaparse'
import { ActbenchError } from '#contract/errors'
import type { DataFile } from './types.ts'

export interface TableRow {
  /** Row in the file as a spreadsheet counts it: the header is row 1. */
  readonly number: number
  /** Text of a column, without outer spaces; throws `malformed-file` when it is empty. */
  required(column: string): string
  /** Text of a column as written; empty when the file has no such column. */
  optional(column: string): string
  /** Throws `malformed-file` about this row's column. */
  fail(column: string, problem: string): never
}

/**
 * Rows of a CSV file that has at least `columns` (further ones may follow, in any order).
 * Throws `malformed-file` for missing or doubled columns, a wrong number of fields, bad quoting, or no rows at all.
 */
export function readTable(file: DataFile, columns: readonly string[]): TableRow[] {
  const records = parseRecords(file)
  const header = (records[0] ?? []).map((name) => name.trim())
  checkHeader({ file, header, columns })
  const rows: TableRow[] = []
  records.forEach((fields, index) => {
    if (index === 0 || isBlank(fields)) return
    if (fields.length !== header.length) {
      throw malformed(
        file,
        `row ${index + 1}: expected ${header.length} fields (${header.join(', ')}), found ${fields.length}`,
      )
    }
    rows.push(makeRow({ file, header, fields, number: index + 1 }))
  })
  if (rows.length === 0) throw malformed(file, 'expected rows below the header, found none')
  return rows
}

function parseRecords(file: DataFile): string[][] {
  const parsed = Papa.parse<string[]>(file.text, { delimiter: ',', header: false })
  const problem = parsed.errors.find((error) => error.code !== 'UndetectableDelimiter')
  if (problem !== undefined) {
    const row = problem.row === undefined ? '' : `row ${problem.row + 1}: `
    throw malformed(file, `${row}${problem.message}`)
  }
  return parsed.data
}

function checkHeader(input: {
  file: DataFile
  header: readonly string[]
  columns: readonly string[]
}): void {
  const { file, header, columns } = input
  const missing = columns.filter((column) => !header.includes(column))
  if (missing.length > 0) {
    throw malformed(
      file,
      `row 1: expected the columns ${columns.join(', ')}; ${missing.join(', ')} missing, found ${header.join(', ') || 'nothing'}`,
    )
  }
  const doubled = header.find((column, index) => column !== '' && header.indexOf(column) !== index)
  if (doubled !== undefined) throw malformed(file, `row 1: column ${doubled} occurs twice`)
}

function isBlank(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0].trim() === ''
}

function makeRow(input: {
  file: DataFile
  header: readonly string[]
  fields: readonly string[]
  number: number
}): TableRow {
  const { file, header, fields, number } = input
  const optional = (column: string): string => fields[header.indexOf(column)] ?? ''
  const fail = (column: string, problem: string): never => {
    throw malformed(file, `row ${number}, column ${column}: ${problem}`)
  }
  return {
    number,
    optional,
    fail,
    required(column) {
      const text = optional(column).trim()
      return text === '' ? fail(column, 'expected text, found an empty field') : text
    },
  }
}

/** The error of every unreadable data file. Nothing of it was imported. */
export function malformed(file: { readonly name: string }, problem: string): ActbenchError {
  return new ActbenchError({
    code: 'malformed-file',
    message: `${file.name}: ${problem}.`,
    remedy:
      'Obtain the file again from its official source, or repair the named place. Nothing was imported.',
  })
}
