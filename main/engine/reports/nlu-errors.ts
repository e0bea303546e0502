/** Confused intents, slots and domains as cells of text: the same for every format, short where a page has room for more. */
import type { Comparison } from '#contract/comparisons'
import type { NluErrorCell, NluErrors, NluErrorTable } from '#contract/nlu-errors'
import { differenceText, estimateText, formatNumber } from '../comparison/wording.ts'
import type { TextTable } from './curves.ts'

/** So many of the most frequent confusions and slots; figures as CSV and JSON hold all. */
const mostRows = 20

export function nluErrorTables(
  comparison: Comparison,
  errors: readonly NluErrors[] = [],
): TextTable[] {
  return errors.flatMap((suite) =>
    suite.tables.map((table) => textTableOf({ comparison, suite, table })),
  )
}

/** `intent alarm_set taken for alarm_query`, `slot date`, `domain alarm`: what stands where a figure has its category. */
export function categoryOf(
  { view }: NluErrorTable,
  { name, takenFor = '' }: NluErrorTable['rows'][number],
): string {
  const kinds = { confusions: 'intent', slots: 'slot', domains: 'domain' } as const
  const text = `${kinds[view]} ${name}`
  return view === 'confusions'
    ? `${text} taken for ${takenFor === '' ? 'nothing' : takenFor}`
    : text
}

interface Input {
  readonly comparison: Comparison
  readonly suite: NluErrors
  readonly table: NluErrorTable
}

function textTableOf({ comparison, suite, table }: Input): TextTable {
  const { view, metric, rows } = table
  const titles = {
    confusions: 'Confused intents',
    slots: 'Slot F1 by type of slot',
    domains: `${metric.title} by domain`,
  }
  const letters = suite.columns.map(
    (hash) => comparison.columns.find((column) => column.hash === hash)?.letter ?? '',
  )
  const heads = { confusions: ['Intent', 'Taken for'], slots: ['Slot'], domains: ['Domain'] }
  const shown = view === 'domains' ? rows : rows.slice(0, mostRows)
  return {
    title: `${titles[view]} on ${suite.suiteTitle}`,
    note: noteOf(table, shown.length),
    head: [...heads[view], 'Requests', ...letters],
    rows: shown.map((row) => [
      row.name,
      ...(row.takenFor === undefined ? [] : [row.takenFor === '' ? 'nothing' : row.takenFor]),
      formatNumber(row.requests),
      ...row.cells.map((cell) => cellText(cell, metric.unit)),
    ]),
  }
}

function noteOf({ tests, total, note }: NluErrorTable, shown: number): string {
  const cut =
    total > shown
      ? `The ${formatNumber(shown)} most frequent of ${formatNumber(total)}; the exports of figures as CSV and of all as JSON have more. `
      : ''
  const marks =
    tests === 0 ? '' : ' A change stands after the semicolon, with * where it is detected.'
  return `${cut}All languages together. ${note}${marks}`
}

/** `54 of 102: 52.9% [43, 62]; +2.9 [−1, 7]`; of slots `641 of 808, 939 predicted: 73.4% [60, 87]`. */
function cellText(cell: NluErrorCell | null, unit: NluErrorTable['metric']['unit']): string {
  if (cell === null) return 'not run'
  const { estimate, difference, hits, predicted, gold } = cell
  const counts =
    predicted === undefined || gold === undefined
      ? `${formatNumber(hits)} of ${formatNumber(estimate.n)}`
      : `${formatNumber(hits)} of ${formatNumber(gold)}, ${formatNumber(predicted)} predicted`
  const { value, interval } = estimateText(estimate, unit)
  const figure = `${counts}: ${value} ${interval}`.trimEnd()
  if (difference === null) return figure
  const change = differenceText(difference, unit)
  const mark = difference.isDetected ? '*' : ''
  return `${figure}; ${change.value.replace(' points', '')}${mark} ${change.interval}`
}
