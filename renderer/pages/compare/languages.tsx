import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Comparison, ComparisonLanguages } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import { Button } from '../../components/button.tsx'
import { Letter } from '../../components/letter.tsx'
import { saveText } from '../../components/save-file.ts'
import { writeCsv } from '../../components/table-model.ts'
import { formatEstimate, formatSpan, plural } from '../../format/numbers.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import type { ComparisonRow } from './compare-address.ts'
import { LanguageGrid } from './language-grid.tsx'
import {
  languageCsv,
  type LanguageGrouping,
  type LanguageOrder,
  type LanguageView,
} from './language-table.ts'
import { useShowColumn } from './use-show-column.ts'

/** Which languages suffer: a heat table of locales and configurations, and how unevenly each configuration treats them. */
export function Languages({ comparison }: { comparison: Comparison }): ReactNode {
  const [chosen, setChosen] = useAddressValue('language-metric')
  const tables = comparison.languages ?? []
  const table = tables.find((candidate) => keyOf(candidate) === chosen) ?? tables[0]
  const row = comparison.rows.find((candidate) => table !== undefined && isOf(candidate, table))
  if (table === undefined || row === undefined) return null
  return (
    <section className="card stack" aria-labelledby="languages-title" data-testid="languages">
      <header className="line spread">
        <h2 id="languages-title">
          Languages: {row.metric.title.toLocaleLowerCase()} on {row.suiteTitle}
        </h2>
        {tables.length > 1 && (
          <select
            className="select"
            aria-label="Metric by language"
            value={keyOf(table)}
            onChange={(event) => setChosen(event.target.value)}
          >
            {tables.map((candidate) => (
              <option key={keyOf(candidate)} value={keyOf(candidate)}>
                {titleOf(comparison, candidate)}
              </option>
            ))}
          </select>
        )}
      </header>
      <Spread comparison={comparison} table={table} metric={row.metric} />
      <LanguageHeat comparison={comparison} table={table} row={row} />
    </section>
  )
}

function keyOf({ suiteId, metric, judge }: ComparisonLanguages): string {
  return `${suiteId} ${metric} ${judge}`
}

function isOf(row: ComparisonRow, table: ComparisonLanguages): boolean {
  return (
    row.suiteId === table.suiteId && row.metric.name === table.metric && row.judge === table.judge
  )
}

function titleOf(comparison: Comparison, table: ComparisonLanguages): string {
  const row = comparison.rows.find((candidate) => isOf(candidate, table))
  return row === undefined ? table.metric : `${row.metric.title}, ${row.suiteTitle}, ${row.judge}`
}

/** One line for each configuration: the mean of languages, how far best and worst are apart, and who is worst. */
function Spread({
  comparison,
  table,
  metric,
}: {
  comparison: Comparison
  table: ComparisonLanguages
  metric: MetricRecord
}): ReactNode {
  if (table.columns.every((column) => column === null)) return null
  const nameOf = (locale: string) =>
    table.locales.find((row) => row.locale === locale)?.language ?? locale
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Spread over languages">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Configuration</th>
            <th scope="col" className="numeric" title="Each language weighs the same">
              Mean of languages
            </th>
            <th scope="col" className="numeric" title="Fairness gap">
              Best − worst
            </th>
            <th scope="col" className="numeric" title="Largest minus smallest loss against A">
              Uneven loss
            </th>
            <th scope="col">Best</th>
            <th scope="col">Worst</th>
          </tr>
        </thead>
        <tbody>
          {comparison.columns.map((column, index) => {
            const spread = table.columns[index] ?? null
            if (spread === null) return null
            const mean = formatEstimate(spread.macro, metric.unit)
            return (
              <tr key={column.hash}>
                <th scope="row">
                  <span className="line" style={{ flexWrap: 'nowrap' }}>
                    <Letter letter={column.letter} />
                    <bdi className="clip" style={{ maxWidth: 200 }} dir="auto">
                      {column.name}
                    </bdi>
                  </span>
                </th>
                <td className="numeric">
                  {mean.value} <span className="soft small">{mean.interval}</span>
                </td>
                <td className="numeric">{formatSpan(spread.fairnessGap, metric.unit)}</td>
                <td className="numeric">
                  {spread.unevenLoss === null ? (
                    <span className="soft">baseline</span>
                  ) : (
                    formatSpan(spread.unevenLoss, metric.unit)
                  )}
                </td>
                <td>{nameOf(spread.best)}</td>
                <td>{spread.worst.map(nameOf).join(', ')}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

const groupings: readonly [LanguageGrouping, string][] = [
  ['none', 'Not grouped'],
  ['script', 'By script'],
  ['family', 'By family'],
]

function LanguageHeat({
  comparison,
  table,
  row,
}: {
  comparison: Comparison
  table: ComparisonLanguages
  row: ComparisonRow
}): ReactNode {
  const [viewText, setView] = useAddressValue('language-view')
  const [groupText, setGroup] = useAddressValue('language-group')
  const [orderText, setOrder] = useAddressValue('language-order')
  const show = useShowColumn(comparison)
  const hasChanges = table.locales.some(({ cells }) => cells.some((cell) => cell?.difference))
  const view: LanguageView = hasChanges && viewText !== 'value' ? 'change' : 'value'
  const grouping = groupings.find(([id]) => id === groupText)?.[0] ?? 'none'
  const order = readOrder(orderText, comparison.columns.length)
  const { metric } = row
  return (
    <>
      <div className="line">
        {hasChanges && (
          <div className="line" role="group" aria-label="What the cells show">
            <Button
              look={view === 'change' ? 'plain' : 'quiet'}
              aria-pressed={view === 'change'}
              onClick={() => setView(null)}
            >
              Change from A
            </Button>
            <Button
              look={view === 'value' ? 'plain' : 'quiet'}
              aria-pressed={view === 'value'}
              onClick={() => setView('value')}
            >
              Value
            </Button>
          </div>
        )}
        <select
          className="select"
          aria-label="Group languages"
          value={grouping}
          onChange={(event) => setGroup(event.target.value === 'none' ? null : event.target.value)}
        >
          {groupings.map(([id, title]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        <span className="soft small grow">{plural(table.locales.length, 'language')}</span>
        <Button
          look="quiet"
          onClick={() =>
            saveText('languages.csv', 'text/csv', writeCsv(languageCsv(table, comparison.columns)))
          }
        >
          <Download size={13} aria-hidden /> CSV
        </Button>
      </div>
      <LanguageGrid
        columns={comparison.columns}
        table={table}
        metric={metric}
        view={view}
        grouping={grouping}
        order={order}
        onOrder={(next) => setOrder(next === 'listed' ? null : String(next))}
        onOpen={(locale, column) => show(row, column, locale)}
      />
      <p className="soft small">
        95% intervals. {noteOf(view)} Changes are paired with A; * is detected after Holm over the{' '}
        {plural(table.tests, 'test')} of this table
        {table.exploratoryTests !== undefined &&
          `, cells of layer maps among themselves (${plural(table.exploratoryTests, 'test')})`}
        . A cell leads to its samples.
      </p>
    </>
  )
}

function noteOf(view: LanguageView): string {
  return view === 'value'
    ? 'The stronger the orange, the further below the best of the table.'
    : 'Orange is worse, blue is better; grey: the interval covers zero.'
}

function readOrder(text: string | null, columns: number): LanguageOrder {
  if (text === 'language') return text
  const column = Number(text)
  return text !== null && Number.isInteger(column) && column >= 0 && column < columns
    ? column
    : 'listed'
}
