import { ArrowDown } from 'lucide-react'
import { Fragment, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { ComparisonColumn, ComparisonLanguages } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import { fillColor, fillShare } from '../../charts/heat-fill.ts'
import { Letter } from '../../components/letter.tsx'
import {
  groupRows,
  heatTexts,
  orderRows,
  type HeatText,
  type LanguageGrouping,
  type LanguageOrder,
  type LanguageRow,
  type LanguageView,
} from './language-table.ts'

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
}

/** Numbers on colour. One cell at a time can be reached by Tab; arrows move on from it, Enter opens its samples. */
export function LanguageGrid({
  columns,
  table,
  metric,
  view,
  grouping,
  order,
  onOrder,
  onOpen,
}: {
  columns: readonly ComparisonColumn[]
  table: ComparisonLanguages
  metric: MetricRecord
  view: LanguageView
  grouping: LanguageGrouping
  order: LanguageOrder
  onOrder: (order: LanguageOrder) => void
  onOpen: (locale: string, column: number) => void
}): ReactNode {
  const bodyRef = useRef<HTMLTableElement>(null)
  const [active, setActive] = useState<readonly [number, number]>([0, 0])
  const texts = heatTexts(table, { metric, view })
  const groups = groupRows(
    orderRows(table.locales, order, { view, better: metric.better }),
    grouping,
  )
  const rows = groups.flatMap((group) => group.rows)
  const placeOf = new Map(rows.map(({ locale }, place) => [locale, place]))
  const onKeyDown = (event: KeyboardEvent, [row, column]: readonly [number, number]) => {
    const locale = rows[row]?.locale
    if ((event.key === 'Enter' || event.key === ' ') && locale !== undefined) {
      event.preventDefault()
      onOpen(locale, column)
      return
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = [row + step[0], column + step[1]] as const
    bodyRef.current?.querySelector<HTMLElement>(`[data-cell='${next.join(' ')}']`)?.focus()
  }
  const cellAt = (row: LanguageRow, column: number): ReactNode => {
    const place = placeOf.get(row.locale) ?? 0
    return (
      <Cell
        key={column}
        text={texts.get(row.locale)?.[column] ?? null}
        isRun={row.cells[column] != null}
        place={[place, column]}
        isActive={active[0] === place && active[1] === column}
        onFocus={() => setActive([place, column])}
        onKeyDown={(event) => onKeyDown(event, [place, column])}
        onOpen={() => onOpen(row.locale, column)}
      />
    )
  }
  return (
    <div className="language-scroll">
      <table
        ref={bodyRef}
        className="plain-table language-table"
        role="grid"
        aria-label={`${metric.title} by language`}
        data-testid="language-table"
      >
        <Head columns={columns} order={order} onOrder={onOrder} />
        <tbody>
          {groups.map((group) => (
            <Fragment key={group.title ?? ''}>
              {group.title !== null && (
                <tr>
                  <th className="group-title" scope="rowgroup" colSpan={columns.length + 3}>
                    {group.title} <span className="soft">({group.rows.length})</span>
                  </th>
                </tr>
              )}
              {group.rows.map((row) => (
                <tr key={row.locale}>
                  <th scope="row" style={{ color: 'var(--text)' }}>
                    {row.language}{' '}
                    <span className="soft mono" style={{ whiteSpace: 'nowrap' }}>
                      {row.locale}
                    </span>
                  </th>
                  <td className="soft small">{row.script}</td>
                  <td className="soft small">{row.family}</td>
                  {columns.map((_, column) => cellAt(row, column))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A click on a title brings the worst of that column up, another one the order of the suite back. */
function Head({
  columns,
  order,
  onOrder,
}: {
  columns: readonly ComparisonColumn[]
  order: LanguageOrder
  onOrder: (order: LanguageOrder) => void
}): ReactNode {
  const sortButton = (of: LanguageOrder, title: ReactNode) => (
    <button
      type="button"
      className="button quiet"
      style={{ padding: '0 4px' }}
      onClick={() => onOrder(order === of ? 'listed' : of)}
    >
      {title}
      {order === of && <ArrowDown size={12} aria-hidden />}
    </button>
  )
  return (
    <thead>
      <tr>
        <th scope="col" aria-sort={order === 'language' ? 'ascending' : 'none'}>
          {sortButton('language', 'Language')}
        </th>
        <th scope="col">Script</th>
        <th scope="col">Family</th>
        {columns.map((column, index) => (
          <th
            key={column.hash}
            scope="col"
            className="numeric"
            aria-sort={order === index ? 'descending' : 'none'}
            title={`${column.name}: worst first`}
          >
            {sortButton(
              index,
              <span className="line" style={{ flexWrap: 'nowrap' }}>
                <Letter letter={column.letter} />
                <bdi className="clip" style={{ maxWidth: 110 }} dir="auto">
                  {column.name}
                </bdi>
              </span>,
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Cell({
  text,
  isRun,
  place,
  isActive,
  onFocus,
  onKeyDown,
  onOpen,
}: {
  text: HeatText | null
  isRun: boolean
  place: readonly [number, number]
  isActive: boolean
  onFocus: () => void
  onKeyDown: (event: KeyboardEvent) => void
  onOpen: () => void
}): ReactNode {
  const intensity = text?.intensity ?? null
  const background =
    intensity === null
      ? 'var(--noise)'
      : `color-mix(in srgb, ${fillColor(intensity)} ${Math.round(100 * fillShare(intensity))}%, var(--surface))`
  return (
    <td
      role="gridcell"
      className={`heat numeric ${intensity === null ? '' : 'coloured'}`}
      data-cell={place.join(' ')}
      tabIndex={isActive ? 0 : -1}
      title={text?.title ?? ''}
      style={{ background }}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      {...(isRun ? { onClick: onOpen } : {})}
    >
      {text === null ? (
        <span className="soft small">{isRun ? 'baseline' : 'not run'}</span>
      ) : (
        <>
          <span style={{ fontWeight: text.isDetected ? 700 : 500 }}>
            {text.text.value.replace(' points', '')}
            {text.isDetected && (
              <>
                *<span className="visually-hidden"> detected</span>
              </>
            )}
          </span>
          <span className="under">{text.text.interval}</span>
        </>
      )}
    </td>
  )
}
