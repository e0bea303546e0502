import { Download } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { Comparison, ComparisonSpec } from '#contract/comparisons'
import { factsOfLocale } from '#contract/locales'
import type { NluErrors as Errors, NluErrorTable } from '#contract/nlu-errors'
import { Button } from '../../components/button.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { saveText } from '../../components/save-file.ts'
import { writeCsv } from '../../components/table-model.ts'
import { plural } from '../../format/numbers.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import {
  csvRows,
  keyOfTable,
  noteOfTable,
  orderErrors,
  titleOfTable,
  type ErrorOrder,
  type NluErrorRow,
} from './nlu-error-rows.ts'
import { DomainBars } from './domain-bars.tsx'
import { NluErrorGrid } from './nlu-error-table.tsx'
import { useShowErrors } from './use-show-errors.ts'

/** Where models of utterances go wrong: confused intents, types of slots, domains, each beside the baseline. */
export function NluErrors({
  comparison,
  spec,
}: {
  comparison: Comparison
  /** Of the columns that are shown. */
  spec: ComparisonSpec
}): ReactNode {
  const [chosenSuite, setSuite] = useAddressValue('errors-suite')
  const [chosenLocale, setLocale] = useAddressValue('errors-locale')
  const suites = comparison.suites.filter(({ kind }) => kind === 'nlu')
  const suite = suites.find(({ id }) => id === chosenSuite) ?? suites[0]
  const locales = suite === undefined ? [] : localesOf(comparison, suite.id)
  // What an address names may be of another suite.
  const locale = locales.find((one) => one === chosenLocale) ?? null
  const query = suite === undefined ? null : { spec, suiteId: suite.id, locale }
  const { data, error, isPending, reload } = useCall('comparisons.nluErrors', query, {
    refreshOn: ['job-changed'],
    ofRuns: spec.runIds,
  })
  if (suite === undefined) return null
  return (
    <section className="card stack" aria-labelledby="nlu-errors-title" data-testid="nlu-errors">
      <header className="line spread">
        <h2 id="nlu-errors-title">What goes wrong: {suite.title}</h2>
        <span className="line">
          {suites.length > 1 && (
            <select
              className="select"
              aria-label="Suite of the errors"
              value={suite.id}
              onChange={(event) => setSuite(event.target.value)}
            >
              {suites.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          )}
          <LocaleChoice locales={locales} chosen={locale} onChange={setLocale} />
        </span>
      </header>
      {error !== null && <ErrorPanel error={error} onRetry={reload} />}
      {data === null && error === null && (
        <p className="soft" role="status">
          Reading the answers …
        </p>
      )}
      {data !== null && (
        <div className="stack" style={isPending ? { opacity: 0.55 } : undefined}>
          <Tables errors={data} comparison={comparison} />
        </div>
      )}
    </section>
  )
}

/** Those that the suite's tables of languages name; none for a suite of one language. */
function localesOf({ languages = [] }: Comparison, suiteId: string): readonly string[] {
  const table = languages.find((one) => one.suiteId === suiteId)
  return table?.locales.map(({ locale }) => locale) ?? []
}

function LocaleChoice({
  locales,
  chosen,
  onChange,
}: {
  locales: readonly string[]
  chosen: string | null
  onChange: (locale: string | null) => void
}): ReactNode {
  if (locales.length < 2) return null
  return (
    <select
      className="select"
      aria-label="Language of the errors"
      value={chosen ?? ''}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">All {plural(locales.length, 'language')}</option>
      {locales.map((locale) => (
        <option key={locale} value={locale}>
          {factsOfLocale(locale).language} ({locale})
        </option>
      ))}
    </select>
  )
}

function Tables({ errors, comparison }: { errors: Errors; comparison: Comparison }): ReactNode {
  const [chosen, setChosen] = useAddressValue('errors-table')
  const table = errors.tables.find((one) => keyOfTable(one) === chosen) ?? errors.tables[0]
  if (table === undefined) return <p className="soft">No intent and no slot is wrong.</p>
  return (
    <>
      <div className="line" role="group" aria-label="Which errors">
        {errors.tables.map((one) => (
          <Button
            key={keyOfTable(one)}
            look={one === table ? 'plain' : 'quiet'}
            aria-pressed={one === table}
            onClick={() => setChosen(keyOfTable(one))}
          >
            {titleOfTable(one)}
          </Button>
        ))}
      </div>
      <Table key={keyOfTable(table)} table={table} errors={errors} comparison={comparison} />
    </>
  )
}

/** So many rows at first: what is most frequent says most. */
const fewRows = 12
/** A table of more columns needs the width of the page; its bars then stand below. */
const mostColumnsBeside = 3

function Table({
  table,
  errors,
  comparison,
}: {
  table: NluErrorTable
  errors: Errors
  comparison: Comparison
}): ReactNode {
  const [orderText, setOrder] = useAddressValue('errors-order')
  const [isWhole, setWhole] = useState(table.view === 'domains')
  const show = useShowErrors(comparison, errors)
  const { columns } = comparison
  const order = readOrder(orderText, columns.length)
  const ordered = orderErrors(table, order)
  const rows = isWhole ? ordered : ordered.slice(0, fewRows)
  const open = (row: NluErrorRow) => show(table, row)
  return (
    <>
      <div className={columns.length <= mostColumnsBeside ? 'columns-2' : 'stack'}>
        <NluErrorGrid
          table={table}
          rows={rows}
          columns={columns}
          order={order}
          onOrder={(next) => setOrder(next === 'listed' ? null : String(next))}
          onOpen={open}
        />
        {table.view === 'domains' && (
          <DomainBars {...{ table, rows, columns, order }} onOpen={open} />
        )}
      </div>
      <div className="line spread">
        <span>
          {ordered.length > fewRows && table.view !== 'domains' && (
            <Button look="quiet" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
              {isWhole ? `Show the first ${fewRows}` : `Show all ${ordered.length}`}
            </Button>
          )}
        </span>
        <Button
          look="quiet"
          onClick={() =>
            saveText(`errors-${table.view}.csv`, 'text/csv', writeCsv(csvRows(table, columns)))
          }
        >
          <Download size={13} aria-hidden /> CSV
        </Button>
      </div>
      <p className="soft small">{noteOfTable(table)} A name leads to its samples.</p>
    </>
  )
}

function readOrder(text: string | null, columns: number): ErrorOrder {
  const column = Number(text)
  return text !== null && Number.isInteger(column) && column >= 0 && column < columns
    ? column
    : 'listed'
}
