/** Figures by language of suites whose samples have locales: which languages suffer, and how unevenly. */
import type { ComparisonLanguages } from '#contract/comparisons'
import { factsOfLocale } from '#contract/locales'
import type { MetricRecord } from '#contract/suites'
import { adjustFamilies } from '../adjust.ts'
import type { CollectedSuite, Series } from '../collect.ts'
import { metricOf } from '../metric-order.ts'
import { inReadingOrder, judgeLabel } from '../rows.ts'
import type { ComparisonSuiteInput } from '../types.ts'
import { cellsOf, type LeftOut, type RawLocaleCell } from './cells.ts'
import { gridFigures, gridOf, type LocaleGrid } from './grid.ts'
import { type ColumnTables, resample, tablesOf } from './resamples.ts'
import { unevennessOf } from './unevenness.ts'

interface Judged {
  readonly series: Series
  readonly metric: MetricRecord
  readonly columns: readonly (ColumnTables | null)[]
}

/**
 * One table for each metric and judge of rates of 0 and 1 or pooled quotients. By locale: Wilson's interval and McNemar's exact
 * test, or for pooled quotients the bootstrap over utterances. Over locales: the bootstrap that draws utterances in all of them together.
 * Each table is one family of tests (Holm), but for the cells of layer maps (`mapped`), which are one of their own. Judges stand in the
 * order of the suite. Empty for a suite without locales.
 */
export function languagesOf(input: {
  readonly suite: ComparisonSuiteInput
  readonly collected: CollectedSuite
  readonly baselineIndex: number
  readonly mapped: ReadonlySet<number>
}): ComparisonLanguages[] {
  const { suite, collected, baselineIndex, mapped } = input
  if (suite.record.locales === undefined) return []
  const grid = gridOf(suite, collected)
  if (grid.locales.length === 0 || grid.ids === 0) return []
  const judged = inReadingOrder(suite, collected.series).flatMap((series): Judged[] => {
    const metric = metricOf(series.name)
    if (metric.unit !== 'rate' && metric.unit !== 'f1') return []
    const columns = gridFigures(grid, { series, isPooled: metric.unit === 'f1' })
    return columns === null ? [] : [{ series, metric, columns: tablesOf(columns, baselineIndex) }]
  })
  const sums = resample(
    grid,
    judged.flatMap(({ columns }) => columns),
  )
  return judged.map((judge) => tableOf({ ...judge, suite, grid, sums, mapped }))
}

function tableOf(
  input: Judged & {
    suite: ComparisonSuiteInput
    grid: LocaleGrid
    sums: ReturnType<typeof resample>
    mapped: ReadonlySet<number>
  },
): ComparisonLanguages {
  const { suite, grid, sums, series, metric, columns, mapped } = input
  const { unit, better } = metric
  const cells = columns.map((tables, column) =>
    tables === null
      ? null
      : cellsOf({ grid, unit, tables, sums, leftOut: leftOutOf({ suite, grid, column, tables }) }),
  )
  return {
    suiteId: suite.record.id,
    metric: metric.name,
    judge: judgeLabel(series.scorer, series.variant),
    ...localeRows({ grid, columns: cells, mapped }),
    columns: columns.map((tables, column) => {
      const ofColumn = cells[column]
      if (tables === null || ofColumn === null) return null
      return unevennessOf({ grid, better, tables, sums, cells: ofColumn })
    }),
  }
}

function localeRows(input: {
  grid: LocaleGrid
  columns: readonly (readonly (RawLocaleCell | null)[] | null)[]
  mapped: ReadonlySet<number>
}): Pick<ComparisonLanguages, 'locales' | 'tests' | 'exploratoryTests'> {
  const { grid, columns, mapped } = input
  const { adjusted, familySize, exploratorySize } = adjustFamilies(
    grid.locales.map((_, row) => columns.map((cells) => cells?.[row]?.difference ?? null)),
    mapped,
  )
  const locales = grid.locales.map((name, row) => {
    const { locale, language, script, family } = factsOfLocale(name)
    const cells = columns.map((ofColumn, column) => {
      const cell = ofColumn?.[row] ?? null
      const difference = adjusted[row][column]
      return cell === null ? null : { estimate: cell.estimate, difference }
    })
    return { locale, language, script, family, cells }
  })
  return {
    locales,
    tests: familySize,
    ...(mapped.size === 0 ? {} : { exploratoryTests: exploratorySize }),
  }
}

/** Samples of each locale in this column that this judge has no value of. */
function leftOutOf(input: {
  suite: ComparisonSuiteInput
  grid: LocaleGrid
  column: number
  tables: ColumnTables
}): LeftOut[] {
  const { suite, grid, column, tables } = input
  const counts = new Map(grid.locales.map((locale) => [locale, { samples: 0, errored: 0 }]))
  for (const { category, errored } of suite.cells[column]?.results ?? []) {
    const count = category === null ? undefined : counts.get(category)
    if (count === undefined) continue
    count.samples++
    if (errored) count.errored++
  }
  return grid.locales.map((locale, row) => {
    const { samples, errored } = counts.get(locale) ?? { samples: 0, errored: 0 }
    let valued = 0
    for (let id = 0; id < grid.ids; id++) valued += tables.own.seen[row * grid.ids + id]
    return { unscored: Math.max(0, samples - errored - valued), errored }
  })
}
