/** Where models of utterances go wrong, for a terminal: the first rows of each table, detected harm before everything else. */
import type { Comparison } from '#contract/comparisons'
import type { NluErrorCell, NluErrors, NluErrorTable } from '#contract/nlu-errors'
import { formatEstimate, formatMarkedChange } from './numbers.ts'
import { formatTable } from './table.ts'
import { plainLine } from './terminal-text.ts'

/** Figures as CSV hold all rows. */
const fewRows = 5

export function formatNluErrors(comparison: Comparison, errors: readonly NluErrors[]): string[] {
  const sections = errors.flatMap((suite) =>
    suite.tables.flatMap((table) => tableLines({ comparison, suite, table })),
  )
  if (sections.length === 0) return []
  const tables = errors.flatMap((suite) => suite.tables)
  // Tables of one view often share theirs.
  const notes = new Set(tables.map(({ note }) => note))
  const mark = tables.some(({ tests }) => tests > 0) ? '* is detected. ' : ''
  const rest = `${mark}All rows, with counts: actbench export RUN -o FILE.csv --figures`
  return [...sections, ...notes, rest, '']
}

interface Input {
  readonly comparison: Comparison
  readonly suite: NluErrors
  readonly table: NluErrorTable
}

function tableLines({ comparison, suite, table }: Input): string[] {
  const { view, metric, total } = table
  const titles = {
    confusions: 'confused intents',
    slots: 'slot F1 by type',
    domains: `${metric.title} by domain`,
  }
  const letters = suite.columns.map(
    (hash) => comparison.columns.find((column) => column.hash === hash)?.letter ?? '',
  )
  const names = { confusions: ['intent', 'taken for'], slots: ['slot'], domains: ['domain'] }[view]
  const shown = harmFirst(table).slice(0, fewRows)
  const cut = total > shown.length ? ` · ${shown.length} of ${total}` : ''
  const lines = shown.map(({ name, takenFor, cells }) => [
    name,
    ...(takenFor === undefined ? [] : [takenFor === '' ? 'nothing' : takenFor]),
    ...cells.map((cell) => cellText(cell, metric.unit)),
  ])
  const columns = [
    ...names.map((title) => ({ title, width: 40 })),
    ...letters.map((title) => ({ title })),
  ]
  return [
    `${plainLine(suite.suiteTitle)} · ${titles[view]}${cut}`,
    ...formatTable(columns, lines).map((line) => `  ${line}`),
    '',
  ]
}

/** The largest detected harm of any column first; then the most frequent, of domains those where the first column is worst. */
function harmFirst({ rows, metric, view }: NluErrorTable): NluErrorTable['rows'] {
  const sign = metric.better === 'higher' ? -1 : 1
  const harm = ({ cells }: NluErrorTable['rows'][number]): number =>
    Math.max(
      0,
      ...cells.map((cell) =>
        cell?.difference?.isDetected === true ? sign * cell.difference.value : 0,
      ),
    )
  const first = ({ cells }: NluErrorTable['rows'][number]): number =>
    view === 'domains' ? (cells[0]?.estimate.value ?? 1) : 0
  return rows.toSorted((a, b) => harm(b) - harm(a) || first(a) - first(b))
}

/** `6.2% [4.4, 8.6]  +4.2*`. */
function cellText(cell: NluErrorCell | null, unit: NluErrorTable['metric']['unit']): string {
  if (cell === null) return 'not run'
  const { estimate, difference } = cell
  const value = formatEstimate(estimate, unit)
  return difference === null ? value : `${value}  ${formatMarkedChange(difference, unit)}`
}
