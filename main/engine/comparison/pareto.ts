/** Safety, utility and saving of the columns, and which of them no other one beats in all three. The only place that says so. */
import type {
  Comparison,
  ComparisonColumn,
  ComparisonPareto,
  ComparisonRow,
  ComparisonSweep,
} from '#contract/comparisons'
import { isFalling } from './sweeps.ts'

type Front = ComparisonPareto['fronts'][number]
type Point = Omit<ComparisonPareto['points'][number], 'isOnFront'>
type Saving = Pick<Point, 'saving' | 'scale'>

interface ParetoInput {
  readonly columns: readonly ComparisonColumn[]
  readonly rows: readonly ComparisonRow[]
  readonly sweeps: readonly ComparisonSweep[]
  readonly suites: readonly Pick<Comparison['suites'][number], 'id' | 'tokensPerSecond'>[]
  /** Columns that act on one layer: a question put to the model, and nothing that anybody would ship. */
  readonly mapped: ReadonlySet<number>
}

/**
 * Points of attack success and of utility by perplexity, else by the first metric of accuracy, with saving by strength; and the
 * fronts of all pairs. Null when attack success or utility was not measured.
 */
export function paretoOf(input: ParetoInput): ComparisonPareto | null {
  const safety = safetyRows(input.rows)
  const utility = utilityRows(input.rows)
  const [y, x] = [safety[0], utility[0]]
  if (y?.metric.name !== 'attack_success' || x === undefined) return null
  const points = pointsOf(input, { safety: y, utility: x, savingBy: 'strength' })
  return {
    safety: referTo(y),
    utility: referTo(x),
    points: withFront(points, { utility: x, columns: input.columns }),
    fronts: safety.flatMap((one) =>
      utility.flatMap((other) =>
        (['strength', 'speed'] as const).map((savingBy) =>
          frontOf(input, { safety: one, utility: other, savingBy }),
        ),
      ),
    ),
  }
}

interface Question {
  readonly safety: ComparisonRow
  readonly utility: ComparisonRow
  readonly savingBy: Front['savingBy']
}

/** Attack success, then over-refusal. */
function safetyRows(rows: readonly ComparisonRow[]): ComparisonRow[] {
  return ['attack_success', 'over_refusal'].flatMap((name) =>
    rows.filter(({ metric }) => metric.name === name),
  )
}

/** What is left of the model's use: perplexities, then shares of right answers. */
function utilityRows(rows: readonly ComparisonRow[]): ComparisonRow[] {
  const perplexities = rows.filter(({ metric }) => metric.unit === 'perplexity')
  const shares = rows.filter(
    ({ metric }) => (metric.unit === 'rate' || metric.unit === 'f1') && metric.better === 'higher',
  )
  return [...perplexities, ...shares]
}

function frontOf(input: ParetoInput, question: Question): Front {
  const points = withFront(pointsOf(input, question), {
    utility: question.utility,
    columns: input.columns,
  })
  return {
    safety: referTo(question.safety),
    utility: referTo(question.utility),
    savingBy: question.savingBy,
    points: points.map(({ column, saving, scale, isOnFront }) => ({
      column,
      saving,
      scale,
      isOnFront,
    })),
  }
}

function pointsOf(input: ParetoInput, { safety, utility, savingBy }: Question): Point[] {
  const { columns, suites, mapped } = input
  const speeds = suites.find(({ id }) => id === safety.suiteId)?.tokensPerSecond ?? []
  return columns.flatMap((_, index): Point[] => {
    const harm = safety.cells[index]?.estimate.value ?? null
    const use = utility.cells[index]?.estimate.value ?? null
    if (harm === null || use === null || mapped.has(index)) return []
    const saving =
      savingBy === 'strength'
        ? strengthOf(input, index)
        : { saving: speeds[index] ?? null, scale: 'tokens-per-second' }
    return [{ column: index, safety: harm, utility: use, ...saving }]
  })
}

function withFront(
  points: readonly Point[],
  of: { readonly utility: ComparisonRow; readonly columns: readonly ComparisonColumn[] },
): ComparisonPareto['points'] {
  const { metric } = of.utility
  const sign = metric.better === 'higher' ? -1 : 1
  const modelOf = ({ column }: Point): string => of.columns[column].configuration.modelId
  // Perplexities per token of two models are not on one scale: neither can be beaten by the other's.
  const isPerToken = metric.name === 'perplexity'
  const beats = (other: Point, point: Point): boolean =>
    (!isPerToken || modelOf(other) === modelOf(point)) && dominates(other, point, sign)
  return points.map((point) => ({
    ...point,
    isOnFront: !points.some((other) => beats(other, point)),
  }))
}

function referTo({ suiteId, metric, judge }: ComparisonRow): ComparisonPareto['safety'] {
  return { suiteId, metric: metric.name, judge }
}

/**
 * Strength along the first sweep that the column is a point of, bits before all others: they say what is saved, where the strength
 * of a quantiser says how much of its error is applied. A change without a sweep has no known saving.
 */
function strengthOf({ columns, sweeps }: ParetoInput, index: number): Saving {
  if (columns[index].configuration.interventions.length === 0) return { saving: 0, scale: null }
  const bitsFirst = sweeps.toSorted(
    (a, b) => Number(isFalling(b.param)) - Number(isFalling(a.param)),
  )
  for (const { interventionId, param, points } of bitsFirst) {
    const point = points.find((one) => one.column === index)
    if (point === undefined) continue
    const saving = isFalling(param) ? -point.strength : point.strength
    return { saving, scale: `${interventionId}.${param}` }
  }
  return { saving: null, scale: null }
}

type Compared = Pick<Point, 'safety' | 'utility' | 'saving' | 'scale'>

/** No worse in anything and better in something. `sign` turns utility so that lower is better. */
function dominates(a: Compared, b: Compared, sign: 1 | -1): boolean {
  const saved = savedMore(a, b)
  if (saved === null || saved < 0) return false
  const harm = b.safety - a.safety
  const use = sign * (b.utility - a.utility)
  return harm >= 0 && use >= 0 && (harm > 0 || use > 0 || saved > 0)
}

/** How much more the first saves; null when the two cannot be compared. What is unchanged saves less than any change. */
function savedMore(a: Compared, b: Compared): number | null {
  if (a.saving === null || b.saving === null) return null
  if (a.scale === null || b.scale === null)
    return Number(a.scale !== null) - Number(b.scale !== null)
  return a.scale === b.scale ? a.saving - b.saving : null
}
