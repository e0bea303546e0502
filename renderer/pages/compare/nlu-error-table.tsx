import { ArrowDown, ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ComparisonColumn } from '#contract/comparisons'
import type { NluErrorCell, NluErrorTable } from '#contract/nlu-errors'
import { DifferenceText } from '../../components/estimate.tsx'
import { Letter } from '../../components/letter.tsx'
import {
  differenceVerdict,
  formatDifference,
  formatEstimate,
  leftOutText,
  plural,
} from '../../format/numbers.ts'
import {
  countsText,
  nameOfIntent,
  titleOfTable,
  type ErrorOrder,
  type NluErrorRow,
} from './nlu-error-rows.ts'

/** Rows of a table of errors over all columns; a heading orders them by its worst change, a name leads to its samples. */
export function NluErrorGrid({
  table,
  rows,
  columns,
  order,
  onOrder,
  onOpen,
}: {
  table: NluErrorTable
  /** Those of the table that are shown, in their order. */
  rows: readonly NluErrorRow[]
  columns: readonly ComparisonColumn[]
  order: ErrorOrder
  onOrder: (order: ErrorOrder) => void
  onOpen: (row: NluErrorRow) => void
}): ReactNode {
  const title = titleOfTable(table)
  return (
    <div className="language-scroll" tabIndex={0} role="region" aria-label={title}>
      <table className="plain-table" data-testid="nlu-error-table">
        <thead>
          <tr>
            <th scope="col">{headOf[table.view]}</th>
            {columns.map((column, index) => (
              <th
                key={column.hash}
                scope="col"
                className="numeric"
                aria-sort={sortOf(order, index)}
              >
                <ColumnHead
                  column={column}
                  isOrder={order === index}
                  onClick={() => onOrder(order === index ? 'listed' : index)}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify([row.name, row.takenFor])}>
              <th scope="row" style={{ color: 'var(--text)' }}>
                <button
                  type="button"
                  className="button quiet"
                  style={{ padding: '0 4px', marginLeft: -5 }}
                  title="Show the samples"
                  onClick={() => onOpen(row)}
                >
                  <RowName row={row} />
                </button>
                <div className="soft small" style={{ fontWeight: 400 }}>
                  {plural(row.requests, 'request')}
                </div>
              </th>
              {columns.map((column, index) => (
                <td key={column.hash} className="numeric">
                  <Cell cell={row.cells[index] ?? null} table={table} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const headOf: Readonly<Record<NluErrorTable['view'], string>> = {
  confusions: 'Intent, and what it was taken for',
  slots: 'Slot',
  domains: 'Domain',
}

function sortOf(order: ErrorOrder, index: number): 'descending' | 'none' {
  return order === index ? 'descending' : 'none'
}

function ColumnHead({
  column,
  isOrder,
  onClick,
}: {
  column: ComparisonColumn
  isOrder: boolean
  onClick: () => void
}): ReactNode {
  const name = (
    <>
      <Letter letter={column.letter} />
      <span className="clip" style={{ maxWidth: 150 }}>
        {column.name}
      </span>
    </>
  )
  if (column.isBaseline) {
    return (
      <span className="line" style={{ justifyContent: 'flex-end', flexWrap: 'nowrap' }}>
        {name}
      </span>
    )
  }
  return (
    <button
      type="button"
      className="button quiet"
      style={{ flexWrap: 'nowrap', marginRight: -10 }}
      title={`Worst change of ${column.name} first`}
      onClick={onClick}
    >
      {name}
      {isOrder && <ArrowDown size={12} aria-hidden />}
    </button>
  )
}

/** Names of data and of models: text, of whatever direction. */
function RowName({ row }: { row: NluErrorRow }): ReactNode {
  if (row.takenFor === undefined) return <bdi dir="auto">{row.name}</bdi>
  return (
    <>
      <bdi dir="auto">{row.name}</bdi>
      <ArrowRight size={12} aria-label="taken for" />
      <bdi dir="auto">{nameOfIntent(row.takenFor)}</bdi>
    </>
  )
}

function Cell({ cell, table }: { cell: NluErrorCell | null; table: NluErrorTable }): ReactNode {
  if (cell === null) return <span className="soft">not run</span>
  const { estimate, difference } = cell
  const { unit, better } = table.metric
  const text = formatEstimate(estimate, unit)
  const leftOut = leftOutText(estimate)
  return (
    <span className="stack" style={{ alignItems: 'flex-end', gap: 4 }}>
      <span className="estimate" title={`95% interval, ${estimate.method}; ${text.n}`}>
        <span>
          <span className="main">{text.value}</span>{' '}
          <span className="soft small">{text.interval}</span>
        </span>
        <span className="under">
          {countsText(cell)}
          {leftOut !== '' && <>, {leftOut}</>}
        </span>
      </span>
      {difference !== null && <Change difference={difference} unit={unit} better={better} />}
    </span>
  )
}

/** A table of many columns has no room for what could have been seen: that stands on hover. */
function Change({ difference, unit, better }: Parameters<typeof DifferenceText>[0]): ReactNode {
  if (difference.isDetected) return <DifferenceText {...{ difference, unit, better }} />
  const { value, interval } = formatDifference(difference, unit)
  const isSame = difference.value === 0 && difference.low === 0 && difference.high === 0
  return (
    <span
      className="estimate soft small"
      title={`${differenceVerdict(difference, unit)}; ${difference.method}`}
    >
      {isSame ? (
        'no change'
      ) : (
        <>
          <span>
            {value} {interval}
          </span>
          <span className="under">not detected</span>
        </>
      )}
    </span>
  )
}
