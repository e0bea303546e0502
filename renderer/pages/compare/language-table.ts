/** The table of languages before it is drawn: its order, its groups, and what each cell says. */
import type { ComparisonColumn, ComparisonLanguages } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import { csvNumber } from '../../components/table-model.ts'
import {
  differenceVerdict,
  formatDifference,
  formatEstimate,
  type FigureText,
} from '../../format/numbers.ts'
import { harmOf, isWithinNoise } from './layer-map.ts'

export type LanguageRow = ComparisonLanguages['locales'][number]
export type LanguageView = 'value' | 'change'
export type LanguageGrouping = 'none' | 'script' | 'family'

/** `listed` keeps the order of the suite; a number is the place of a column, its worst figure first. */
export type LanguageOrder = 'listed' | 'language' | number

export interface HeatText {
  readonly text: FigureText
  /** Whole, for hover and screen readers. */
  readonly title: string
  /** From -1 (much better) over 0 to 1 (much worse); null: no colour, for what may be chance. */
  readonly intensity: number | null
  /** A change that is detected after Holm over the whole table. */
  readonly isDetected: boolean
}

/** How a row stands in a column, larger is worse; null sorts last. */
export function harmAt(
  row: LanguageRow,
  { column, view, better }: { column: number; view: LanguageView; better: MetricRecord['better'] },
): number | null {
  const cell = row.cells[column] ?? null
  const value = view === 'value' ? cell?.estimate.value : cell?.difference?.value
  return value == null ? null : harmOf(value, better)
}

export function orderRows(
  rows: readonly LanguageRow[],
  order: LanguageOrder,
  by: { view: LanguageView; better: MetricRecord['better'] },
): readonly LanguageRow[] {
  if (order === 'listed') return rows
  if (order === 'language') {
    return rows.toSorted((a, b) => a.language.localeCompare(b.language, 'en'))
  }
  const harm = (row: LanguageRow) => harmAt(row, { ...by, column: order }) ?? -Infinity
  return rows.toSorted((a, b) => harm(b) - harm(a))
}

/** Groups in the order of their first rows. Without grouping one group without a title. */
export function groupRows(
  rows: readonly LanguageRow[],
  grouping: LanguageGrouping,
): { readonly title: string | null; readonly rows: readonly LanguageRow[] }[] {
  if (grouping === 'none') return [{ title: null, rows }]
  return [...Map.groupBy(rows, (row) => row[grouping])].map(([title, grouped]) => ({
    title,
    rows: grouped,
  }))
}

/**
 * Cells of a table by locale and column. Values are coloured by how far they are from the best of the table; changes by their size where
 * their interval keeps clear of zero.
 */
export function heatTexts(
  table: ComparisonLanguages,
  { metric, view }: { metric: MetricRecord; view: LanguageView },
): ReadonlyMap<string, readonly (HeatText | null)[]> {
  const columns = table.columns.map((_, column) => column)
  const harms = table.locales.flatMap((row) =>
    columns.flatMap((column) => harmAt(row, { column, view, better: metric.better }) ?? []),
  )
  const least = Math.min(...harms)
  const span = Math.max(Number.MIN_VALUE, Math.max(...harms) - least)
  const largest = Math.max(Number.MIN_VALUE, ...harms.map(Math.abs))
  return new Map(
    table.locales.map((row) => [
      row.locale,
      columns.map((column) => {
        const harm = harmAt(row, { column, view, better: metric.better })
        const texts = textsOf(row, { column, metric, view })
        if (texts === null) return null
        if (view === 'value') {
          return {
            ...texts,
            intensity: harm === null ? null : (harm - least) / span,
            isDetected: false,
          }
        }
        const difference = row.cells[column]?.difference ?? null
        const isNoise = harm === null || difference === null || isWithinNoise(difference)
        return {
          ...texts,
          intensity: isNoise ? null : harm / largest,
          isDetected: difference?.isDetected === true,
        }
      }),
    ]),
  )
}

function textsOf(
  row: LanguageRow,
  { column, metric, view }: { column: number; metric: MetricRecord; view: LanguageView },
): { text: FigureText; title: string } | null {
  const cell = row.cells[column] ?? null
  if (cell === null) return null
  const { estimate, difference } = cell
  const value = formatEstimate(estimate, metric.unit)
  const change = difference === null ? null : formatDifference(difference, metric.unit)
  if (view === 'change' && change === null) return null
  const title = [
    `${value.value} ${value.interval}, ${value.n}`,
    value.leftOut,
    difference === null || change === null
      ? ''
      : `${change.value} ${change.interval}, ${differenceVerdict(difference, metric.unit)}`,
  ]
    .filter((part) => part !== '')
    .join('; ')
  return { text: view === 'value' || change === null ? value : change, title }
}

/** A line for each language, numbers throughout, shares between 0 and 1: value, interval, change and p of each column. */
export function languageCsv(
  { metric, locales }: ComparisonLanguages,
  columns: readonly Pick<ComparisonColumn, 'letter'>[],
): string[][] {
  const head = columns.flatMap(({ letter }) =>
    [metric, 'low', 'high', 'n', 'change', 'change low', 'change high', 'p Holm'].map(
      (what) => `${letter} ${what}`,
    ),
  )
  return [
    ['locale', 'language', 'script', 'family', ...head],
    ...locales.map(({ locale, language, script, family, cells }) => [
      ...[locale, language, script, family],
      ...columns.flatMap((_, column) => {
        const { estimate, difference } = cells[column] ?? { estimate: null, difference: null }
        return [
          ...[estimate?.value, estimate?.low, estimate?.high, estimate?.n],
          ...[difference?.value, difference?.low, difference?.high, difference?.pHolm],
        ].map(csvNumber)
      }),
    ]),
  ]
}
