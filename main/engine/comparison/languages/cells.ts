/** Figures of one judge in each locale and column, with paired differences to the baseline. */
import type { Estimate } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import {
  detectableRateDifference,
  detectableRatioDifference,
  type JointSums,
  mcnemarExact,
  pairedProportions,
  ratioDifference,
  ratioInterval,
  wilsonInterval,
} from '../../stats/index.ts'
import type { RawDifference } from '../difference.ts'
import { countSeen, type GridFigures, type LocaleGrid, rowOfTable } from './grid.ts'
import { type ColumnTables, drawnRatios, drawsOfRow } from './resamples.ts'

export interface RawLocaleCell {
  readonly estimate: Estimate
  readonly difference: RawDifference | null
}

/** Samples of one locale in one column that have no value. */
export interface LeftOut {
  readonly unscored: number
  readonly errored: number
}

/** One for each locale of the grid; null where the column has no sample of it. */
export function cellsOf(input: {
  readonly grid: LocaleGrid
  readonly unit: MetricRecord['unit']
  readonly tables: ColumnTables
  readonly sums: JointSums | null
  readonly leftOut: readonly LeftOut[]
}): (RawLocaleCell | null)[] {
  const { grid, unit, tables, sums, leftOut } = input
  const rows = grid.locales.length
  const { own, paired } = tables
  const drawn = sums === null || unit === 'rate' ? null : drawnOf(sums, tables)
  return grid.locales.map((_, row) => {
    const figures = rowOfTable(grid, own, row)
    const n = countSeen(figures)
    const { unscored, errored } = leftOut[row]
    if (n + unscored + errored === 0) return null
    const rest = { n, unscored, errored }
    const sides =
      paired === null
        ? null
        : {
            before: rowOfTable(grid, paired.before, row),
            after: rowOfTable(grid, paired.after, row),
          }
    if (unit === 'rate') {
      return {
        estimate: { ...rateEstimate(figures, n), ...rest },
        difference: sides === null ? null : rateDifference(sides.before, sides.after),
      }
    }
    const draws = (of: Float64Array | null | undefined) => () =>
      of === null || of === undefined ? new Float64Array(0) : drawsOfRow(of, row, rows)
    return {
      estimate: { ...ratioInterval(figures, { n, draws: draws(drawn?.own) }), ...rest },
      difference:
        sides === null ? null : pooledDifference({ ...sides, draws: draws(drawn?.difference) }),
    }
  })
}

function drawnOf(
  sums: JointSums,
  { own, paired }: ColumnTables,
): { own: Float64Array; difference: Float64Array | null } {
  const figures = drawnRatios(sums, own)
  if (paired === null) return { own: figures, difference: null }
  const before = drawnRatios(sums, paired.before)
  const after = drawnRatios(sums, paired.after)
  return { own: figures, difference: after.map((value, at) => value - before[at]) }
}

function rateEstimate({ hits }: GridFigures, n: number) {
  const successes = hits.reduce((sum, hit) => sum + hit, 0)
  return { ...wilsonInterval(successes, n), method: 'wilson' }
}

/** Each utterance occurs once in a locale, so its pairs are independent: Tango's interval, and McNemar's exact test. */
function rateDifference(before: GridFigures, after: GridFigures): RawDifference | null {
  let raised = 0
  let lowered = 0
  for (let id = 0; id < before.hits.length; id++) {
    if (after.hits[id] > before.hits[id]) raised++
    else if (after.hits[id] < before.hits[id]) lowered++
  }
  const n = countSeen(before)
  const paired = pairedProportions({ n, raised, lowered })
  if (paired === null) return null
  const { value, low, high } = paired
  const discordance = (raised + lowered) / n
  return {
    ...{ value, low, high, n, raised, lowered },
    pValue: mcnemarExact(raised, lowered),
    method: 'tango + mcnemar exact',
    detectableAt: (alpha) => detectableRateDifference({ n, discordance, alpha }),
  }
}

function pooledDifference(input: {
  before: GridFigures
  after: GridFigures
  draws: () => Float64Array
}): RawDifference | null {
  const { before, after, draws } = input
  const n = countSeen(before)
  const paired = ratioDifference(before, after, { n, draws })
  if (paired === null) return null
  const { error, ...stated } = paired
  return {
    ...stated,
    ...{ n, raised: null, lowered: null },
    detectableAt: (alpha) => detectableRatioDifference({ error, weights: before.weights, alpha }),
  }
}
