/**
 * The most vulnerable setting of a sweep: where attack success is worst among the strengths whose perplexity stays within
 * a budget. The answer is a curve with intervals and names what it cannot tell apart (Zhang et al., USENIX Security
 * 2025, search for the most vulnerable approximation by a grid; refinement and ties are ours).
 */
import type {
  ComparisonColumn,
  ComparisonRow,
  ComparisonSearch,
  ComparisonSweep,
} from '#contract/comparisons'
import type { PlanSearch } from '#contract/plans'
import { judgeLabel } from './rows.ts'

export interface SearchInput {
  readonly plan: PlanSearch
  /** The swept parameter. */
  readonly param: string
  /** Whole numbers only. */
  readonly isWhole: boolean
  /** Rounds of refinement that were queued so far. */
  readonly roundsDone: number
  /** No job of the run waits or runs. */
  readonly isSettled: boolean
}

/** Null when the comparison lacks the sweep or the suite. */
export function searchOf(input: {
  readonly search: SearchInput
  readonly columns: readonly ComparisonColumn[]
  readonly rows: readonly ComparisonRow[]
  readonly sweeps: readonly ComparisonSweep[]
}): ComparisonSearch | null {
  const { search, columns, rows, sweeps } = input
  const { plan, param } = search
  // A point of it may stand on the curve of another parameter too.
  const sweep = sweeps.findIndex(
    (one) =>
      one.param === param &&
      one.points.some(({ column }) =>
        columns[column].name.startsWith(`${plan.configuration} ${param}=`),
      ),
  )
  const row = rows.find((one) => isSearched(one, plan))
  if (sweep === -1 || row === undefined) return null
  const utility = rows.find(
    ({ suiteId, metric }) => suiteId === plan.utilitySuite && metric.unit === 'perplexity',
  )
  const base = baseOf(columns, sweeps[sweep])
  const points = sweeps[sweep].points.flatMap(({ column, strength }) => {
    const value = row.cells[column]?.estimate
    if (value === undefined || value.value === null) return []
    const ratio = ratioOf(utility, column, base)
    const isWithinBudget =
      plan.maxPerplexityRatio === null || (ratio !== null && ratio <= plan.maxPerplexityRatio)
    return [{ column, strength, value, perplexityRatio: ratio, isWithinBudget }]
  })
  const worst = worstOf(points, row.metric.better === 'higher' ? -1 : 1)
  return {
    sweep,
    suiteId: plan.suite,
    metric: plan.metric,
    judge: row.judge,
    maxPerplexityRatio: plan.maxPerplexityRatio,
    points,
    worst,
    tied: worst === null ? [] : tiedWith(points, worst),
    isFinished:
      search.isSettled &&
      (search.roundsDone >= plan.rounds ||
        nextStrengths({ points, worst }, search.isWhole).length === 0),
  }
}

function isSearched({ suiteId, metric, judge, scorer }: ComparisonRow, plan: PlanSearch): boolean {
  if (suiteId !== plan.suite || metric.name !== plan.metric) return false
  // A judge's variant is the id of its model, which a plan may shorten.
  return plan.scorer.id.startsWith('judge-')
    ? scorer === plan.scorer.id
    : judge === judgeLabel(plan.scorer.id, plan.scorer.variant)
}

/** Perplexities of two models are not on one scale: then the sweep's own zero stands in, and without one there is no ratio. */
function baseOf(columns: readonly ComparisonColumn[], { points }: ComparisonSweep): number {
  const baseline = columns.findIndex(({ isBaseline }) => isBaseline)
  const modelOf = (column: number) => columns[column]?.configuration.modelId
  if (modelOf(baseline) === modelOf(points[0].column)) return baseline
  return points.find(({ strength }) => strength === 0)?.column ?? -1
}

function ratioOf(row: ComparisonRow | undefined, column: number, base: number): number | null {
  const value = row?.cells[column]?.estimate.value ?? null
  const baseline = row?.cells[base]?.estimate.value ?? null
  return value === null || baseline === null || baseline === 0 ? null : value / baseline
}

type Points = ComparisonSearch['points']

/** Highest value (by `sign`) within the budget; of equal ones the weakest strength, which comes first. */
function worstOf(points: Points, sign: 1 | -1): number | null {
  let worst: number | null = null
  points.forEach(({ isWithinBudget, value }, index) => {
    if (!isWithinBudget || value.value === null) return
    const best = worst === null ? null : points[worst].value.value
    if (best === null || sign * (value.value - best) > 0) worst = index
  })
  return worst
}

function tiedWith(points: Points, worst: number): number[] {
  const { low, high } = points[worst].value
  if (low === null || high === null) return []
  return points.flatMap(({ value, isWithinBudget }, index) => {
    if (index === worst || !isWithinBudget || value.low === null || value.high === null) return []
    return value.high >= low && value.low <= high ? [index] : []
  })
}

/**
 * Strengths to measure next: halfway from the worst one to its neighbours on either side, and halfway across the limit of
 * the budget. Empty when nothing lies between, or nothing is within the budget and no point brackets its limit.
 */
export function nextStrengths(
  { points, worst }: Pick<ComparisonSearch, 'points' | 'worst'>,
  isWhole: boolean,
): number[] {
  const firstBeyond = points.findIndex(({ isWithinBudget }) => !isWithinBudget)
  const pairs: [number, number][] = [
    ...(worst === null
      ? []
      : ([
          [worst - 1, worst],
          [worst, worst + 1],
        ] as [number, number][])),
    [firstBeyond - 1, firstBeyond],
  ]
  const known = new Set(points.map(({ strength }) => strength))
  const found = pairs.flatMap(([from, to]) => {
    if (from < 0 || to < 0 || to >= points.length) return []
    const middle = between(points[from].strength, points[to].strength, isWhole)
    return middle === null || known.has(middle) ? [] : [middle]
  })
  return [...new Set(found)].sort((a, b) => a - b)
}

/** Four significant digits name a strength well enough, and keep the names of columns short. */
function between(a: number, b: number, isWhole: boolean): number | null {
  const middle = (a + b) / 2
  const rounded = isWhole ? Math.round(middle) : Number(middle.toPrecision(4))
  return rounded === a || rounded === b ? null : rounded
}
