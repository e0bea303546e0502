/** Which of many columns the tables show: sweeps and maps make more of them than can be read side by side. */
import type { Comparison } from '#contract/comparisons'
import { fromMildest } from './sweep-curves.ts'

/** More columns than this cannot be read side by side. */
export const mostShown = 12

/**
 * Indices of the columns to show, ascending. All where they fit. Else those that are named; without names the baseline, the
 * strongest of each sweep, each map's intervention on all layers, and what belongs to no sweep or map.
 */
export function shownColumns(comparison: Comparison, named: readonly string[]): number[] {
  const all = comparison.columns.map((_, index) => index)
  if (all.length <= mostShown) return all
  const chosen = all.filter((index) => named.includes(comparison.columns[index]?.hash ?? ''))
  const wanted = chosen.length > 0 ? chosen : telling(comparison)
  return withBaseline(comparison, wanted)
}

function telling({ columns, sweeps, maps }: Comparison): number[] {
  const strongest = sweeps.flatMap((sweep) => fromMildest(sweep).at(-1)?.column ?? [])
  const whole = maps.flatMap(({ allLayers }) => allLayers ?? [])
  const grouped = new Set([
    ...sweeps.flatMap(({ points }) => points.map(({ column }) => column)),
    ...maps.flatMap(({ cells }) => cells.map(({ column }) => column)),
  ])
  const single = columns.map((_, index) => index).filter((index) => !grouped.has(index))
  return [...new Set([...strongest, ...whole, ...single])].sort((a, b) => a - b)
}

function withBaseline({ columns }: Comparison, wanted: readonly number[]): number[] {
  const baseline = columns.findIndex(({ isBaseline }) => isBaseline)
  const others = wanted.filter((index) => index !== baseline)
  const kept = others.slice(0, mostShown - 1)
  return (baseline === -1 ? kept : [baseline, ...kept]).sort((a, b) => a - b)
}

/** The comparison with these columns only. Sweeps, maps and studies name columns of the whole one, so they are left out. */
export function pickColumns(comparison: Comparison, indices: readonly number[]): Comparison {
  if (indices.length === comparison.columns.length) return comparison
  const pick = <T>(values: readonly T[]): T[] =>
    indices.flatMap((index) => {
      const value = values[index]
      return value === undefined ? [] : [value]
    })
  return {
    ...comparison,
    columns: pick(comparison.columns),
    rows: comparison.rows.map((row) => ({ ...row, cells: pick(row.cells) })),
    suites: comparison.suites.map((suite) => ({
      ...suite,
      jobIds: pick(suite.jobIds),
      samples: pick(suite.samples),
      tokensPerSecond: pick(suite.tokensPerSecond),
      samplesPerSecond: pick(suite.samplesPerSecond),
      peakMemoryBytes: pick(suite.peakMemoryBytes),
    })),
    ...(comparison.languages === undefined
      ? {}
      : {
          languages: comparison.languages.map((table) => ({
            ...table,
            locales: table.locales.map((row) => ({ ...row, cells: pick(row.cells) })),
            columns: pick(table.columns),
          })),
        }),
    breakdowns: comparison.breakdowns.map((part) => ({ ...part, cells: pick(part.cells) })),
    sweeps: [],
    maps: [],
    search: null,
    analyses: [],
  }
}
