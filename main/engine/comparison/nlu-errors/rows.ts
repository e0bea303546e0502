/** One row of a table of errors: a figure in each column over the utterances that it is about, and its change from the baseline. */
import type { NluErrorTable } from '#contract/nlu-errors'
import type { Estimate } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import { createResampler } from '../../stats/index.ts'
import { adjustFamilies } from '../adjust.ts'
import type { Figures } from '../collect.ts'
import { differenceOf, type RawDifference } from '../difference.ts'
import { bootstrapSeed, estimateOf, valuedIndices } from '../estimate.ts'
import type { Understood } from './collect.ts'
import { noteOf } from './note.ts'

/** What one column says of one utterance; null: it gave no answer. */
export interface Value {
  readonly value: number
  readonly weight: number
}

export interface RawErrorRow {
  readonly name: string
  readonly takenFor?: string
  /** Indices of the utterances that the row is about. */
  readonly at: readonly number[]
  readonly valueOf: (column: number, at: number) => Value | null
  /** What stands behind the figure of a column. */
  readonly countsOf: (column: number) => Counts
}

export interface Counts {
  readonly hits: number
  readonly predicted?: number
  readonly gold?: number
}

/** What a table is made of beside its rows. */
export interface ErrorStudy {
  readonly understood: Understood
  readonly baselineIndex: number
  /** Columns that are cells of layer maps. */
  readonly mapped: ReadonlySet<number>
}

/**
 * Figures as for whole suites: utterances of one id are one cluster, in all locales together. Differences are adjusted after Holm over
 * the whole table, those of layer maps among themselves.
 */
export function tableOf(
  study: ErrorStudy,
  table: Pick<NluErrorTable, 'view' | 'metric' | 'total'> & { rows: readonly RawErrorRow[] },
): NluErrorTable {
  const { view, metric, total } = table
  const cells = table.rows.map((row) => cellsOf(study, row, metric.unit))
  const { adjusted, familySize, exploratorySize } = adjustFamilies(
    cells.map((ofRow) => ofRow.map((cell) => cell?.difference ?? null)),
    study.mapped,
  )
  const tests = {
    tests: familySize,
    ...(study.mapped.size === 0 ? {} : { exploratoryTests: exploratorySize }),
  }
  return {
    view,
    metric,
    rows: table.rows.map(({ name, takenFor, at }, row) => ({
      name,
      ...(takenFor === undefined ? {} : { takenFor }),
      requests: countRequests(study.understood, at),
      cells: cells[row].map((cell, column) =>
        cell === null
          ? null
          : { ...cell.counts, estimate: cell.estimate, difference: adjusted[row][column] },
      ),
    })),
    total,
    ...tests,
    note: noteOf({ view, ...tests }),
  }
}

function countRequests({ utterances }: Understood, at: readonly number[]): number {
  return new Set(at.map((index) => utterances.clusters[index] ?? index)).size
}

interface RawCell {
  readonly estimate: Estimate
  readonly difference: RawDifference | null
  readonly counts: Counts
}

function cellsOf(
  { understood, baselineIndex }: ErrorStudy,
  row: RawErrorRow,
  unit: MetricRecord['unit'],
): (RawCell | null)[] {
  const clusters = row.at.map((at) => understood.utterances.clusters[at])
  // Only losses are resampled with it, but the figures of a comparison all ask for one.
  const resampler = createResampler({ seed: bootstrapSeed })
  const columns = understood.columns.map((_, column) => figuresOf(understood, row, column))
  // One request in many languages is one observation, from which no spread can be told.
  const isOneRequest = countRequests(understood, row.at) < 2
  const baseline = isOneRequest ? null : (columns[baselineIndex] ?? null)
  return columns.map((figures, column) => {
    if (figures === null) return null
    const indices = valuedIndices(figures)
    const { unscored, errored } = figures
    const difference =
      baseline === null || column === baselineIndex
        ? null
        : differenceOf({ baseline, other: figures, unit, clusters, resampler })
    return {
      estimate: estimateOf({ figures, unit, clusters, indices, resampler, unscored, errored }),
      difference,
      counts: row.countsOf(column),
    }
  })
}

/** By place among the row's own utterances; null where the column has run none of them. */
function figuresOf(understood: Understood, row: RawErrorRow, column: number): Figures | null {
  const { ran } = understood.columns[column]
  const values = new Float64Array(row.at.length).fill(NaN)
  const weights = new Float64Array(row.at.length)
  let count = 0
  let unscored = 0
  row.at.forEach((at, place) => {
    if (!ran.has(at)) return
    count++
    const found = row.valueOf(column, at)
    if (found === null) unscored++
    else {
      values[place] = found.value
      weights[place] = found.weight
    }
  })
  return count === 0 ? null : { values, weights, unscored, errored: 0 }
}
