/** One bootstrap for all metrics and columns of a suite: each resample draws utterance ids, in all locales together. */
import { jointSums, type JointSums } from '../../stats/index.ts'
import { type GridFigures, type LocaleGrid, maskedBy } from './grid.ts'

/** Of the design of this suite: 1,000 resamples with seed 1. */
const draws = 1000
const seed = 1

/** One column of one judge: its own figures, and both sides of its difference to the baseline. */
export interface ColumnTables {
  readonly own: GridFigures
  /** On the places that both have; null for the baseline, or where the baseline was not run. */
  readonly paired: { readonly before: GridFigures; readonly after: GridFigures } | null
}

export function tablesOf(
  columns: readonly (GridFigures | null)[],
  baselineIndex: number,
): (ColumnTables | null)[] {
  const baseline = columns[baselineIndex]
  return columns.map((own, index) => {
    if (own === null) return null
    if (baseline === null || index === baselineIndex) return { own, paired: null }
    return { own, paired: { before: maskedBy(baseline, own), after: maskedBy(own, baseline) } }
  })
}

export function resample(
  grid: LocaleGrid,
  columns: readonly (ColumnTables | null)[],
): JointSums | null {
  if (grid.ids < 2) return null
  const figures = columns.flatMap((column) =>
    column === null
      ? []
      : [
          column.own,
          ...(column.paired === null ? [] : [column.paired.before, column.paired.after]),
        ],
  )
  return jointSums({
    // Rates first: what is alike in size packs best.
    tables: [...figures.map(({ hits }) => hits), ...figures.map(({ weights }) => weights)],
    rows: grid.locales.length,
    ids: grid.ids,
    draws,
    seed,
  })
}

/** Ratios of each resample, `[draw * rows + row]`; NaN where a resample has nothing below the line. */
export function drawnRatios(sums: JointSums, { hits, weights }: GridFigures): Float64Array {
  const below = sums.of(weights)
  // 0 / 0 is NaN.
  return sums.of(hits).map((hit, at) => hit / below[at])
}

/** One row of all draws. */
export function drawsOfRow(drawn: Float64Array, row: number, rows: number): Float64Array {
  return Float64Array.from({ length: drawn.length / rows }, (_, draw) => drawn[draw * rows + row])
}

/** Some rows of all draws, in their order. */
export function drawsOfRows(
  drawn: Float64Array,
  kept: readonly number[],
  rows: number,
): Float64Array {
  const chosen = new Float64Array((drawn.length / rows) * kept.length)
  for (let at = 0; at < chosen.length; at++) {
    const draw = Math.floor(at / kept.length)
    chosen[at] = drawn[draw * rows + kept[at % kept.length]]
  }
  return chosen
}
