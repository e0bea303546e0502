import type { ReactNode } from 'react'
import type { ComparisonColumn } from '#contract/comparisons'
import type { NluErrorTable } from '#contract/nlu-errors'
import { GroupBars } from '../../charts/group-bars.tsx'
import { scaleOf } from '../../format/numbers.ts'
import { seriesOfLetter } from '../../format/series.ts'
import { barColumns, type ErrorOrder, type NluErrorRow } from './nlu-error-rows.ts'

/** The figures of a table of domains as bars, in the order of its rows. */
export function DomainBars({
  table,
  rows,
  columns,
  order,
  onOpen,
}: {
  table: NluErrorTable
  rows: readonly NluErrorRow[]
  columns: readonly ComparisonColumn[]
  order: ErrorOrder
  onOpen: (row: NluErrorRow) => void
}): ReactNode {
  const shown = barColumns(columns, order)
  const scale = scaleOf(table.metric.unit)
  const scaled = (value: number | null) => (value === null ? null : value * scale)
  const barOf = (row: NluErrorRow, column: number) => {
    const estimate = row.cells[column]?.estimate
    if (estimate?.value == null) return null
    const { value, low, high, n } = estimate
    return { value: value * scale, low: scaled(low), high: scaled(high), n }
  }
  const letters = shown.map((index) => columns[index]?.letter ?? '').join(', ')
  const left = columns.length - shown.length
  return (
    <GroupBars
      title={`${table.metric.title} by domain`}
      groupTitle="Domain"
      groups={rows.map(({ name }) => name)}
      series={shown.flatMap((index) => {
        const column = columns[index]
        return column === undefined
          ? []
          : [
              {
                name: column.name,
                series: seriesOfLetter(column.letter),
                bars: rows.map((row) => barOf(row, index)),
              },
            ]
      })}
      note={`Bars from top to bottom: ${letters}; 95% intervals.${left > 0 ? ` ${left} more in the table; a heading there puts its configuration second here.` : ''}`}
      onPick={(group) => {
        const row = rows[group]
        if (row !== undefined) onOpen(row)
      }}
    />
  )
}
