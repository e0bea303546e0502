/** Rows of the table (suite x metric x judge) and, for the same judges, figures by category. */
import type { Comparison, ComparisonRow, Estimate } from '#contract/comparisons'
import type { Resampler } from '../stats/index.ts'
import { adjustFamilies } from './adjust.ts'
import type { CollectedSuite, Figures, Series } from './collect.ts'
import { differenceOf, type RawDifference } from './difference.ts'
import { estimateOf, valuedIndices } from './estimate.ts'
import { metricOf, metricRank } from './metric-order.ts'
import type { ComparisonSuiteInput } from './types.ts'
import type { MetricRecord } from '#contract/suites'

/** Rows of one suite before the family of tests is known. */
export interface RawRow {
  readonly suite: ComparisonSuiteInput
  readonly metric: MetricRecord
  readonly series: Series
  readonly cells: readonly ({ estimate: Estimate; difference: RawDifference | null } | null)[]
}

/** Rows in reading order: metrics as the catalogue lists them, judges as the suite lists them. */
export function rowsOf(input: {
  readonly suite: ComparisonSuiteInput
  readonly collected: CollectedSuite
  readonly baselineIndex: number
  readonly resampler: Resampler
}): RawRow[] {
  const { suite, collected, baselineIndex, resampler } = input
  return inReadingOrder(suite, collected.series).map((series) =>
    rowOf({ suite, series, clusters: collected.clusters, baselineIndex, resampler }),
  )
}

/** Metrics as the catalogue lists them, judges as the suite lists them: the first judge of a metric is the one that sentences name. */
export function inReadingOrder(
  { record }: ComparisonSuiteInput,
  series: readonly Series[],
): Series[] {
  const place = new Map(record.scorers.map((use, i) => [judgeLabel(use.id, use.variant), i]))
  const judgeRank = ({ scorer, variant }: Series): number =>
    place.get(judgeLabel(scorer, variant)) ?? place.size
  return series.toSorted(
    (a, b) => metricRank(a.name) - metricRank(b.name) || judgeRank(a) - judgeRank(b),
  )
}

function rowOf(input: {
  suite: ComparisonSuiteInput
  series: Series
  clusters: readonly (string | null)[]
  baselineIndex: number
  resampler: Resampler
}): RawRow {
  const { suite, series, clusters, baselineIndex, resampler } = input
  const metric = metricOf(series.name)
  const { unit } = metric
  const baseline = series.columns[baselineIndex] ?? null
  const cells = series.columns.map((figures, column) => {
    if (figures === null) return null
    const difference =
      baseline === null || column === baselineIndex
        ? null
        : differenceOf({ baseline, other: figures, unit, clusters, resampler })
    const estimate = estimateOf({
      figures,
      unit,
      clusters,
      resampler,
      indices: valuedIndices(figures),
      unscored: figures.unscored,
      errored: figures.errored,
    })
    return { estimate, difference }
  })
  return { suite, metric, series, cells }
}

/** Adjusts the differences of the comparison (Holm) and says which are detected, in the two families of `adjustFamilies`. */
export function adjustRows(
  rows: readonly RawRow[],
  mapped: ReadonlySet<number>,
): { rows: ComparisonRow[]; familySize: number; exploratorySize: number } {
  const { adjusted, familySize, exploratorySize } = adjustFamilies(
    rows.map(({ cells }) => cells.map((cell) => cell?.difference ?? null)),
    mapped,
  )
  const finished = rows.map(({ suite, metric, series, cells }, row) => ({
    suiteId: suite.record.id,
    suiteTitle: suite.record.title,
    metric,
    judge: judgeLabel(series.scorer, series.variant),
    scorer: series.scorer,
    variant: series.variant,
    cells: cells.map((cell, column) =>
      cell === null ? null : { estimate: cell.estimate, difference: adjusted[row][column] },
    ),
  }))
  return { rows: finished, familySize, exploratorySize }
}

/** Figures by category, for suites that have more than one; perplexity has none. */
export function breakdownsOf(
  row: RawRow,
  { collected, resampler }: { collected: CollectedSuite; resampler: Resampler },
): Comparison['breakdowns'] {
  if (row.metric.unit === 'perplexity' || row.metric.unit === 'bits') return []
  const byColumn = row.series.columns.map((figures) =>
    figures === null ? null : groupByCategory(figures, collected.categories),
  )
  const categories = [...new Set(byColumn.flatMap((groups) => [...(groups?.keys() ?? [])]))].sort()
  if (categories.length < 2) return []
  return categories.map((category) => ({
    suiteId: row.suite.record.id,
    metric: row.metric.name,
    judge: judgeLabel(row.series.scorer, row.series.variant),
    category,
    cells: row.series.columns.map((figures, column) => {
      if (figures === null) return null
      return estimateOf({
        figures,
        unit: row.metric.unit,
        // A category is a cluster as a rule: within it its samples are all there is to count.
        clusters: null,
        resampler,
        indices: byColumn[column]?.get(category) ?? [],
        unscored: 0,
        errored: 0,
      })
    }),
  }))
}

function groupByCategory(
  figures: Figures,
  categories: readonly (string | null)[],
): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const at of valuedIndices(figures)) {
    const category = categories[at]
    if (category === null) continue
    const group = groups.get(category)
    if (group === undefined) groups.set(category, [at])
    else group.push(at)
  }
  return groups
}

/** `refusal-keywords (zou2023-transfer)`: a figure is never shown without its list. */
export function judgeLabel(scorer: string, variant: string): string {
  return variant === '' ? scorer : `${scorer} (${variant})`
}
