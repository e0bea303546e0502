/** Sweeps and maps for a terminal: one table each, a line for every strength or layer, a column for every main metric. */
import type {
  Comparison,
  ComparisonMap,
  ComparisonRow,
  ComparisonSearch,
  ComparisonSweep,
} from '#contract/comparisons'
import { formatDifference, formatEstimate } from './numbers.ts'
import { formatTable, type TableColumn } from './table.ts'
import { missingText } from './missing-figures.ts'
import { plainLine } from './terminal-text.ts'

/** `absent`: columns that were not run at all. */
export function formatCurves(comparison: Comparison, absent: ReadonlySet<number>): string[] {
  const { sweeps, maps, search } = comparison
  const isThere = ({ column }: { readonly column: number }) => !absent.has(column)
  return [
    ...sweeps.flatMap((sweep, index) =>
      formatSweep({
        comparison,
        sweep: { ...sweep, points: sweep.points.filter(isThere) },
        search: search?.sweep === index ? search : null,
      }),
    ),
    ...maps.flatMap((map) => formatMap(comparison, { ...map, cells: map.cells.filter(isThere) })),
  ]
}

/** Each metric of each suite by its first judge. */
function mainRows({ rows }: Comparison): ComparisonRow[] {
  return rows.filter(
    (row, index) =>
      rows.findIndex(
        ({ suiteId, metric }) => suiteId === row.suiteId && metric.name === row.metric.name,
      ) === index,
  )
}

function metricColumns(rows: readonly ComparisonRow[]): TableColumn[] {
  const titles = rows.map(({ metric }) => metric.title)
  return rows.map(({ metric, suiteId }) => ({
    title:
      titles.filter((title) => title === metric.title).length > 1
        ? `${metric.title} (${plainLine(suiteId)})`
        : metric.title,
  }))
}

function formatSweep(input: {
  readonly comparison: Comparison
  readonly sweep: ComparisonSweep
  readonly search: ComparisonSearch | null
}): string[] {
  const { comparison, sweep, search } = input
  const rows = mainRows(comparison)
  const lines = sweep.points.map(({ column, strength }) => [
    comparison.columns[column]?.letter ?? '',
    String(strength),
    ...rows.map((row) => {
      const estimate = row.cells[column]?.estimate
      return estimate === undefined
        ? missingText(comparison, { suiteId: row.suiteId, column })
        : formatEstimate(estimate, row.metric.unit)
    }),
    search === null ? '' : searchMark(search, column),
  ])
  const columns = [{ title: '' }, { title: sweep.param }, ...metricColumns(rows), { title: '' }]
  return [
    `Along ${plainLine(sweep.title)}`,
    ...formatTable(columns, lines).map((line) => `  ${line}`),
    '',
  ]
}

function searchMark({ points, worst, tied }: ComparisonSearch, column: number): string {
  const index = points.findIndex((point) => point.column === column)
  const point = points[index]
  if (point === undefined) return ''
  if (index === worst) return 'worst within the budget'
  if (!point.isWithinBudget) return 'beyond the budget'
  return tied.includes(index) ? 'not told apart from the worst' : ''
}

/** Differences to the baseline, since a map asks what each place costs. */
function formatMap(comparison: Comparison, map: ComparisonMap): string[] {
  const rows = mainRows(comparison)
  const line = (column: number, place: readonly string[]): string[] => [
    comparison.columns[column]?.letter ?? '',
    ...place,
    ...rows.map((row) => {
      const difference = row.cells[column]?.difference ?? null
      return difference === null ? '–' : formatDifference(difference, row.metric.unit)
    }),
  ]
  const places = [...map.cells]
    .sort((a, b) => a.layer - b.layer)
    .map(({ column, layer, input }) => line(column, [String(layer), input ?? 'all']))
  const all = map.allLayers === null ? [] : [line(map.allLayers, ['all', 'all'])]
  const columns = [{ title: '' }, { title: 'layer' }, { title: 'input' }, ...metricColumns(rows)]
  return [
    `${plainLine(map.title)} on single layers, differences to the baseline`,
    ...formatTable(columns, [...places, ...all]).map((text) => `  ${text}`),
    '',
  ]
}
