/**
 * From scores by sample to columns of numbers by judge. Samples of a suite get one index over all columns, so that
 * pairing is an array look-up: 100,000 samples x 6 columns must take about a second.
 */
import type { ScoredSamples, ScoredValue } from '#contract/stored-samples'
import { metricOf } from './metric-order.ts'
import type { ComparisonSuiteInput } from './types.ts'

/** One judge's figures of one configuration, by sample index. */
export interface Figures {
  /** NaN: no value. */
  readonly values: Float64Array
  readonly weights: Float64Array
  readonly unscored: number
  readonly errored: number
}

/** All figures of one score name by one judge. */
export interface Series {
  readonly name: string
  readonly scorer: string
  readonly variant: string
  /** One per column; null where the cell was not run or its job has no such score. */
  readonly columns: readonly (Figures | null)[]
}

export interface CollectedSuite {
  /** Category of each sample index. */
  readonly categories: readonly (string | null)[]
  readonly clusters: readonly (string | null)[]
  readonly series: readonly Series[]
  /** Stored samples of each column. */
  readonly sampleCounts: readonly number[]
}

interface Filling {
  readonly name: string
  readonly scorer: string
  readonly variant: string
  /** A sample without a value and without weight has nothing to count: it is judged, and adds nothing. */
  readonly isPooled: boolean
  readonly cells: (FillingCell | null)[]
  /** Sample indices that this judge says something about in any column. */
  readonly isRelevant: Uint8Array
}

interface FillingCell {
  readonly values: Float64Array
  readonly weights: Float64Array
  unscored: number
}

/** Joins the cells of one suite by sample id. */
export function collectSuite(suite: ComparisonSuiteInput): CollectedSuite {
  const index = indexSamples(suite)
  const fillings = new Map<string, Filling>()
  const isJudged = new Uint8Array(index.ids.size)
  const errored = suite.cells.map((cell, column) =>
    cell === null
      ? []
      : fillColumn({ results: cell.results, column, ids: index.ids, fillings, isJudged, suite }),
  )
  return {
    categories: index.categories,
    clusters: index.clusters,
    series: [...fillings.values()].map((filling) => finish({ filling, errored, isJudged })),
    sampleCounts: suite.cells.map((cell) => cell?.results.length ?? 0),
  }
}

interface SampleIndex {
  readonly ids: ReadonlyMap<string, number>
  readonly categories: readonly (string | null)[]
  readonly clusters: readonly (string | null)[]
}

function indexSamples(suite: ComparisonSuiteInput): SampleIndex {
  const ids = new Map<string, number>()
  const categories: (string | null)[] = []
  const clusters: (string | null)[] = []
  for (const cell of suite.cells) {
    for (const sample of cell?.results ?? []) {
      if (ids.has(sample.sampleId)) continue
      ids.set(sample.sampleId, ids.size)
      categories.push(sample.category)
      clusters.push(sample.cluster)
    }
  }
  return { ids, categories, clusters }
}

/** Returns the indices of the samples that failed. */
function fillColumn(input: {
  results: ScoredSamples
  column: number
  ids: ReadonlyMap<string, number>
  fillings: Map<string, Filling>
  isJudged: Uint8Array
  suite: ComparisonSuiteInput
}): number[] {
  const { results, column, ids, isJudged } = input
  // Scores come in the same order sample after sample: remembering the last filling by place saves building keys.
  const byPlace: Filling[] = []
  const errored: number[] = []
  for (const sample of results) {
    const at = ids.get(sample.sampleId) ?? 0
    if (sample.errored) errored.push(at)
    for (let place = 0; place < sample.scores.length; place++) {
      const score = sample.scores[place]
      let filling = byPlace[place]
      if (filling === undefined || !isOf(filling, score)) {
        filling = fillingOf(input.fillings, score, { columns: input.suite.cells.length, ids })
        byPlace[place] = filling
      }
      const cell = (filling.cells[column] ??= emptyCell(ids.size))
      filling.isRelevant[at] = 1
      isJudged[at] = 1
      if (score.value === null && score.weight === 0 && filling.isPooled) cell.values[at] = 0
      else if (score.value === null || Number.isNaN(score.value)) cell.unscored++
      else {
        cell.values[at] = score.value
        cell.weights[at] = score.weight
      }
    }
  }
  return errored
}

function isOf(filling: Filling, score: ScoredValue): boolean {
  return (
    filling.name === score.name &&
    filling.variant === score.variant &&
    filling.scorer === score.scorer
  )
}

function fillingOf(
  fillings: Map<string, Filling>,
  score: ScoredValue,
  size: { columns: number; ids: ReadonlyMap<string, number> },
): Filling {
  const key = JSON.stringify([score.name, score.scorer, score.variant])
  const known = fillings.get(key)
  if (known !== undefined) return known
  const filling: Filling = {
    name: score.name,
    scorer: score.scorer,
    variant: score.variant,
    isPooled: metricOf(score.name).unit === 'f1',
    cells: new Array<FillingCell | null>(size.columns).fill(null),
    isRelevant: new Uint8Array(size.ids.size),
  }
  fillings.set(key, filling)
  return filling
}

function emptyCell(size: number): FillingCell {
  return { values: new Float64Array(size).fill(NaN), weights: new Float64Array(size), unscored: 0 }
}

/** Counts failed samples: those that this judge has seen elsewhere, and those that no judge has seen at all. */
function finish(input: {
  filling: Filling
  /** Indices of failed samples, one list per column. */
  errored: readonly (readonly number[])[]
  isJudged: Uint8Array
}): Series {
  const { filling, errored, isJudged } = input
  const counts = (at: number): boolean => filling.isRelevant[at] === 1 || isJudged[at] === 0
  const columns = filling.cells.map((cell, column) =>
    cell === null ? null : { ...cell, errored: errored[column].filter(counts).length },
  )
  const { name, scorer, variant } = filling
  return { name, scorer, variant, columns }
}
