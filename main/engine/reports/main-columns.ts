/** The part of a comparison that fits into tables of configurations: a layer map has hundreds, and tables of its own. */
import type { Comparison } from '#contract/comparisons'

/** Up to this many columns nothing is left out. */
const mostColumns = 12

/** The comparison without the cells of its maps when it has many columns; indices are those of what is left. */
export function mainColumns(comparison: Comparison): Comparison {
  const { columns, maps } = comparison
  if (columns.length <= mostColumns) return comparison
  const mapped = new Set(maps.flatMap(({ cells }) => cells.map(({ column }) => column)))
  const keep = <T>(values: readonly T[]): T[] =>
    values.filter((_, index) => columns[index].isBaseline || !mapped.has(index))
  return {
    ...comparison,
    columns: keep(columns),
    rows: comparison.rows.map((row) => ({ ...row, cells: keep(row.cells) })),
    ...(comparison.languages === undefined
      ? {}
      : {
          languages: comparison.languages.map((table) => ({
            ...table,
            locales: table.locales.map((row) => ({ ...row, cells: keep(row.cells) })),
            columns: keep(table.columns),
          })),
        }),
    breakdowns: comparison.breakdowns.map((part) => ({ ...part, cells: keep(part.cells) })),
    suites: comparison.suites.map((suite) => ({
      ...suite,
      jobIds: keep(suite.jobIds),
      samples: keep(suite.samples),
      tokensPerSecond: keep(suite.tokensPerSecond),
      samplesPerSecond: keep(suite.samplesPerSecond),
      peakMemoryBytes: keep(suite.peakMemoryBytes),
    })),
    sweeps: [],
    maps: [],
    search: null,
    analyses: [],
  }
}

/** A sentence on what was left out; empty when nothing was. */
export function leftOutNote(comparison: Comparison, shown: Comparison): string {
  const count = comparison.columns.length - shown.columns.length
  if (count === 0) return ''
  return `${count} configurations that act on single layers stand under “Which layers” only; the JSON and CSV exports and the plan at the end hold them all.`
}
