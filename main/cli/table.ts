/** A table of plain text: columns as wide as their widest cell, two spaces between them. */
import { plainLine } from './terminal-text.ts'

export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Longer cells are cut. */
  readonly width?: number
}

/** Lines without a line feed at the end. Cells are made safe to print. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  const cells = rows.map((row) =>
    columns.map((column, index) => plainLine(row[index] ?? '', column.width)),
  )
  const titles = columns.map(({ title }) => title)
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...cells].map((row) => [...(row[index] ?? '')].length)),
  )
  return [titles, ...cells].map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd(),
  )
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - [...text].length))
  return align === 'right' ? space + text : text + space
}
