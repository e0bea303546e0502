/** Tables of the errors of utterances before they are drawn: their titles, their order, and what a cell says in words. */
import type { ComparisonColumn } from '#contract/comparisons'
import type { NluErrorCell, NluErrorTable } from '#contract/nlu-errors'
import { csvNumber } from '../../components/table-model.ts'
import { formatCount } from '../../format/numbers.ts'

export type NluErrorRow = NluErrorTable['rows'][number]

/** `listed`: as the engine lists them, the most frequent first or by name; a number: the column whose worst change comes first. */
export type ErrorOrder = 'listed' | number

/** Where a table stands in the address. */
export function keyOfTable({ view, metric }: NluErrorTable): string {
  return view === 'domains' ? `${view} ${metric.name}` : view
}

export function titleOfTable({ view, metric }: NluErrorTable): string {
  switch (view) {
    case 'confusions':
      return 'Confused intents'
    case 'slots':
      return 'Slots'
    case 'domains':
      return `Domains: ${lowerFirst(metric.title)}`
  }
}

/** `Slot F1` within a sentence. */
function lowerFirst(title: string): string {
  return title.charAt(0).toLocaleLowerCase() + title.slice(1)
}

/** What the value of a cell is made of: `54 of 102`, `641 right of 808, 939 predicted`. */
export function countsText(cell: NluErrorCell): string {
  const { hits, predicted, gold, estimate } = cell
  if (predicted === undefined || gold === undefined) {
    return `${formatCount(hits)} of ${formatCount(estimate.n)}`
  }
  return `${formatCount(hits)} of ${formatCount(gold)}, ${formatCount(predicted)} predicted`
}

/** Rows without a change in that column come last. */
export function orderErrors(table: NluErrorTable, order: ErrorOrder): readonly NluErrorRow[] {
  if (order === 'listed') return table.rows
  const sign = table.metric.better === 'higher' ? -1 : 1
  const harm = ({ cells }: NluErrorRow): number => {
    const change = cells[order]?.difference?.value
    return change === undefined ? -Infinity : sign * change
  }
  return table.rows.toSorted((a, b) => harm(b) - harm(a))
}

/** `–` names what a model wrote where it wrote nothing. */
export function nameOfIntent(intent: string): string {
  return intent === '' ? 'nothing' : intent
}

/** So many bars of a group can be told apart. */
const mostBars = 4

/** Columns that are drawn as bars: the baseline, the one that orders the table, then the first others. */
export function barColumns(
  columns: readonly Pick<ComparisonColumn, 'isBaseline'>[],
  order: ErrorOrder,
): readonly number[] {
  const all = columns.map((_, index) => index)
  const first = all.filter((index) => columns[index]?.isBaseline === true)
  const named = all.filter((index) => index === order)
  return [...new Set([...first, ...named, ...all])].slice(0, mostBars)
}

/** A line for each row, numbers throughout, shares between 0 and 1: counts, value, interval, change and p of each column. */
export function csvRows(
  table: NluErrorTable,
  columns: readonly Pick<ComparisonColumn, 'letter'>[],
): string[][] {
  const { view, metric, rows } = table
  const names = { confusions: ['intent', 'taken for'], slots: ['slot'], domains: ['domain'] }[view]
  const head = columns.flatMap(({ letter }) =>
    [
      ...(view === 'slots' ? ['right', 'in the data', 'predicted'] : ['count', 'of']),
      ...[lowerFirst(metric.title), 'low', 'high'],
      ...['change', 'change low', 'change high', 'p Holm'],
    ].map((what) => `${letter} ${what}`),
  )
  return [
    [...names, ...head],
    ...rows.map(({ name, takenFor, cells }) => [
      name,
      ...(takenFor === undefined ? [] : [takenFor]),
      ...columns.flatMap((_, column) => cellNumbers(cells[column] ?? null, view).map(csvNumber)),
    ]),
  ]
}

type Figure = number | null | undefined

/** As many for every cell, so that columns stay columns. */
function cellNumbers(cell: NluErrorCell | null, view: NluErrorTable['view']): readonly Figure[] {
  const { estimate, difference } = cell ?? { estimate: null, difference: null }
  return [
    ...(view === 'slots' ? [cell?.hits, cell?.gold, cell?.predicted] : [cell?.hits, estimate?.n]),
    ...[estimate?.value, estimate?.low, estimate?.high],
    ...[difference?.value, difference?.low, difference?.high, difference?.pHolm],
  ]
}

/** What the table left out, and what its cells and tests are. */
export function noteOfTable({ rows, total, tests, note }: NluErrorTable): string {
  const cut =
    total > rows.length
      ? `The ${formatCount(rows.length)} most frequent of ${formatCount(total)}. `
      : ''
  const hover = tests === 0 ? '' : ' What could have been seen stands on hover.'
  return `${cut}${note}${hover}`
}
