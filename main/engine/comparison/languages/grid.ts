/** One judge's figures by locale and utterance: tables of whole numbers, one pair for each column. */
import type { RatioParts } from '../../stats/index.ts'
import type { CollectedSuite, Figures, Series } from '../collect.ts'
import type { ComparisonSuiteInput } from '../types.ts'

/** Where each sample stands: `place[sample]` is row * ids + id, -1 for a sample without locale or utterance id. */
export interface LocaleGrid {
  readonly locales: readonly string[]
  readonly ids: number
  readonly place: Int32Array
}

/** Hits and weights by place (a rate's weight is 1), and which places have a value at all. */
export interface GridFigures extends RatioParts {
  readonly seen: Uint8Array
}

/** Locales in the suite's order, then those that it does not name; ids sorted, so that what is drawn depends on nothing else. */
export function gridOf(
  suite: ComparisonSuiteInput,
  { categories, clusters }: CollectedSuite,
): LocaleGrid {
  const found = new Set(categories.filter((locale) => locale !== null))
  const named = (suite.record.locales ?? []).filter((locale) => found.has(locale))
  const locales = [...new Set([...named, ...[...found].sort()])]
  const names = [...new Set(clusters.filter((id) => id !== null))].sort()
  const rowOf = new Map(locales.map((locale, row) => [locale, row]))
  const idOf = new Map(names.map((name, id) => [name, id]))
  const place = Int32Array.from(categories, (locale, at) => {
    const row = locale === null ? undefined : rowOf.get(locale)
    const cluster = clusters[at]
    const id = cluster === null ? undefined : idOf.get(cluster)
    return row === undefined || id === undefined ? -1 : row * names.length + id
  })
  return { locales, ids: names.length, place }
}

/** Null where this judge's values are not counts: neither 0 and 1 nor pooled quotients. */
export function gridFigures(
  grid: LocaleGrid,
  { series, isPooled }: { series: Series; isPooled: boolean },
): (GridFigures | null)[] | null {
  const columns = series.columns.map((figures) =>
    figures === null ? null : tableOf({ grid, figures, isPooled }),
  )
  const isCounted = columns.every(
    (column) =>
      column === null ||
      (column.hits.every(Number.isSafeInteger) && column.weights.every(isWeight)),
  )
  return isCounted ? columns : null
}

function isWeight(weight: number): boolean {
  return Number.isSafeInteger(weight) && weight >= 0
}

function tableOf(input: { grid: LocaleGrid; figures: Figures; isPooled: boolean }): GridFigures {
  const { grid, figures, isPooled } = input
  const size = grid.locales.length * grid.ids
  const table = {
    hits: new Float64Array(size),
    weights: new Float64Array(size),
    seen: new Uint8Array(size),
  }
  for (let at = 0; at < figures.values.length; at++) {
    const place = grid.place[at]
    const value = figures.values[at]
    if (place === -1 || Number.isNaN(value)) continue
    const weight = isPooled ? figures.weights[at] : 1
    table.seen[place] = 1
    table.weights[place] = weight
    // A stored quotient times its weight is whole but for rounding.
    table.hits[place] = isPooled ? Math.round(value * weight) : value
  }
  return table
}

/** Only where the other one has a value too; the very same tables where that takes nothing away. */
export function maskedBy(figures: GridFigures, other: GridFigures): GridFigures {
  if (figures.seen.every((seen, place) => seen === 0 || other.seen[place] === 1)) return figures
  const keep = (value: number, place: number): number => (other.seen[place] === 1 ? value : 0)
  return {
    hits: figures.hits.map(keep),
    weights: figures.weights.map(keep),
    seen: figures.seen.map(keep),
  }
}

/** One locale of a table. */
export function rowOfTable(grid: LocaleGrid, figures: GridFigures, row: number): GridFigures {
  const [from, to] = [row * grid.ids, (row + 1) * grid.ids]
  return {
    hits: figures.hits.subarray(from, to),
    weights: figures.weights.subarray(from, to),
    seen: figures.seen.subarray(from, to),
  }
}

export function countSeen({ seen }: GridFigures): number {
  let count = 0
  for (const one of seen) count += one
  return count
}

/** Ids that have a value in some locale. */
export function countIds({ ids, locales }: LocaleGrid, { seen }: GridFigures): number {
  let count = 0
  for (let id = 0; id < ids; id++) {
    if (locales.some((_, row) => seen[row * ids + id] === 1)) count++
  }
  return count
}
