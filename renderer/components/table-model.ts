/** What a table does with rows before it draws any: sort, filter, hide, and write what is shown as CSV. */
import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** Starting width in pixels; a growing column takes what is left. */
  readonly width: number
  readonly grows?: boolean
  readonly align?: 'end'
  /** Plain text of the cell: the filter, the CSV and, without `cell`, the page read it. */
  readonly text: (row: Row) => string
  readonly cell?: (row: Row) => ReactNode
  /** Null sorts last, whichever way. Absent: the text is sorted. */
  readonly sortValue?: (row: Row) => number | string | null
  readonly isSortable?: boolean
  readonly startsHidden?: boolean
}

export interface Sort {
  readonly columnId: string
  readonly isDescending: boolean
}

/** First click ascending, second descending, third the given order again. */
export function nextSort(sort: Sort | null, columnId: string): Sort | null {
  if (sort?.columnId !== columnId) return { columnId, isDescending: false }
  return sort.isDescending ? null : { columnId, isDescending: true }
}

/** Rows whose shown text holds every word of the filter, in any column. */
export function filterRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  filter: string,
): readonly Row[] {
  const words = filter.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter((row) => {
    const text = columns
      .map((column) => column.text(row))
      .join('\n')
      .toLocaleLowerCase()
    return words.every((word) => text.includes(word))
  })
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** A sorted copy; equal rows keep their order. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const column = columns.find((candidate) => candidate.id === sort?.columnId)
  if (sort === null || column === undefined) return rows
  const valueOf = column.sortValue ?? column.text
  const keyed = rows.map((row) => ({ row, value: valueOf(row) }))
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null)
    const order =
      typeof a.value === 'number' && typeof b.value === 'number'
        ? a.value - b.value
        : collator.compare(String(a.value), String(b.value))
    return sort.isDescending ? -order : order
  })
  return keyed.map(({ row }) => row)
}

/** RFC 4180 with a header. A cell that a spreadsheet would run as a formula is prefixed with an apostrophe. */
export function toCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  return writeCsv([
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => column.text(row))),
  ])
}

export function writeCsv(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => line.map(csvCell).join(',')).join('\r\n') + '\r\n'
}

/** A number as programs read it; empty where it is not known. Digits that float arithmetic leaves beyond the twelfth say nothing. */
export function csvNumber(value: number | null | undefined): string {
  return value == null ? '' : String(Number(value.toPrecision(12)))
}

function csvCell(text: string): string {
  const isNumber = /^[+-]?[\d.,]+(e[+-]?\d+)?%?$/.test(text)
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** `grid-template-columns` from the stored and starting widths, and the width below which it scrolls. */
export function columnLayout<Row>(
  columns: readonly Column<Row>[],
  storedWidth: (columnId: string) => number | undefined,
): { template: string; minWidth: number } {
  const tracks = columns.map((column) => {
    const stored = storedWidth(column.id)
    const width = stored ?? column.width
    return {
      width,
      track:
        column.grows === true && stored === undefined ? `minmax(${width}px, 1fr)` : `${width}px`,
    }
  })
  return {
    template: tracks.map(({ track }) => track).join(' '),
    minWidth: tracks.reduce((sum, { width }) => sum + width, 0),
  }
}
