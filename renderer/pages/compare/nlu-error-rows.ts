/** Tables of the errors of utterances before they are drawn: their titles, their order, and what a cell says in words. */
import type { ComparisonColumn } from '#contract/comparisons'
import type { NluErrorCell, NluErrorTable } from '#contract/nlu-errors'
import { formatCount, formatDifference, formatEstimate } from '../../format/numbers.ts'

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

/** As shown, a line for each row: counts, value and change of each column. */
export function csvRows(
  table: NluErrorTable,
  columns: readonly Pick<ComparisonColumn, 'letter'>[],
): string[][] {
  const { view, metric, rows } = table
  const names = { confusions: ['intent', 'taken for'], slots: ['slot'], domains: ['domain'] }[view]
  const head = columns.flatMap(({ letter }) =>
    ['counts', lowerFirst(metric.title), '95%', 'change', 'change 95%', 'p Holm'].map(
      (what) => `${letter} ${what}`,
    ),
  )
  return [
    [...names, ...head],
    ...rows.map(({ name, takenFor, cells }) => [
      name,
      ...(takenFor === undefined ? [] : [takenFor]),
      ...columns.flatMap((_, column) => cellTexts(cells[column] ?? null, metric.unit)),
    ]),
  ]
}

function cellTexts(
  cell: NluErrorCell | null,
  unit: NluErrorTable['metric']['unit'],
): readonly string[] {
  if (cell === null) return ['', '', '', '', '', '']
  const value = formatEstimate(cell.estimate, unit)
  const { difference } = cell
  if (difference === null) return [countsText(cell), value.value, value.interval, '', '', '']
  const change = formatDifference(difference, unit)
  return [
    ...[countsText(cell), value.value, value.interval, change.value, change.interval],
    String(difference.pHolm),
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
