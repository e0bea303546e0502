/** How even one column is over its locales: their mean, best and worst, and how unevenly it loses against the baseline. */
import type { ComparisonLanguages, Estimate } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import { groupMean, groupRange, type Interval, type JointSums, ratioOf } from '../../stats/index.ts'
import type { RawLocaleCell } from './cells.ts'
import { countIds, type GridFigures, type LocaleGrid, rowOfTable } from './grid.ts'
import { type ColumnTables, drawnRatios, drawsOfRows } from './resamples.ts'

/** As many locales are named as the worst. */
const worstNamed = 5

/** Null where the column has fewer than two locales with a figure. */
export function unevennessOf(input: {
  readonly grid: LocaleGrid
  readonly better: MetricRecord['better']
  readonly tables: ColumnTables
  readonly sums: JointSums | null
  readonly cells: readonly (RawLocaleCell | null)[]
}): ComparisonLanguages['columns'][number] {
  const { grid, better, tables, sums, cells } = input
  const rows = grid.locales.map((_, row) => row).filter((row) => valueAt(cells, row) !== null)
  if (rows.length < 2 || sums === null) return null
  const rest = countsOf(cells)
  const figures = {
    values: rows.map((row) => valueAt(cells, row) ?? 0),
    draws: drawsOfRows(drawnRatios(sums, tables.own), rows, grid.locales.length),
    n: countIds(grid, tables.own),
  }
  const sign = better === 'lower' ? -1 : 1
  const fromBest = [...rows].sort(
    (a, b) => sign * ((valueAt(cells, b) ?? 0) - (valueAt(cells, a) ?? 0)),
  )
  const names = fromBest.map((row) => grid.locales[row])
  return {
    macro: estimateOf(within(groupMean(figures), 1), 'bootstrap', rest),
    fairnessGap: estimateOf(within(groupRange(figures), 1), 'bootstrap range', rest),
    best: names[0],
    worst: names.reverse().slice(0, worstNamed),
    unevenLoss: unevenLossOf({ grid, tables, sums, rest }),
  }
}

type Counts = Pick<Estimate, 'n' | 'unscored' | 'errored'>

function valueAt(cells: readonly (RawLocaleCell | null)[], row: number): number | null {
  return cells[row]?.estimate.value ?? null
}

function countsOf(cells: readonly (RawLocaleCell | null)[]): Counts {
  const total = (of: (estimate: Estimate) => number): number =>
    cells.reduce((sum, cell) => sum + (cell === null ? 0 : of(cell.estimate)), 0)
  return {
    n: total(({ n }) => n),
    unscored: total(({ unscored }) => unscored),
    errored: total(({ errored }) => errored),
  }
}

/** Largest minus smallest loss: that of the gains is the same number. Null for the baseline, and for fewer than two locales. */
function unevenLossOf(input: {
  grid: LocaleGrid
  tables: ColumnTables
  sums: JointSums
  rest: Counts
}): Estimate | null {
  const { grid, tables, sums, rest } = input
  const { paired } = tables
  if (paired === null) return null
  const changes = grid.locales.map((_, row) => changeOf(grid, paired, row))
  const rows = changes.flatMap((change, row) => (change === null ? [] : [row]))
  if (rows.length < 2) return null
  const before = drawnRatios(sums, paired.before)
  const drawn = drawnRatios(sums, paired.after).map((value, at) => value - before[at])
  const range = groupRange({
    values: changes.filter((change) => change !== null),
    draws: drawsOfRows(drawn, rows, grid.locales.length),
    n: countIds(grid, paired.after),
  })
  return estimateOf(within(range, 2), 'bootstrap range', rest)
}

function changeOf(
  grid: LocaleGrid,
  { before, after }: { before: GridFigures; after: GridFigures },
  row: number,
): number | null {
  const from = ratioOf(rowOfTable(grid, before, row))
  const to = ratioOf(rowOfTable(grid, after, row))
  return from === null || to === null ? null : to - from
}

/** Figures are rates and quotients from 0 to 1, and changes of them from -1 to 1: no interval may promise more than there can be. */
function within({ value, low, high }: Interval, most: number): Interval {
  return {
    value,
    low: low === null ? null : Math.max(0, low),
    high: high === null ? null : Math.min(most, high),
  }
}

function estimateOf({ value, low, high }: Interval, method: string, rest: Counts): Estimate {
  return { value, low, high, ...rest, method }
}
