/** Safety, utility and saving of the columns, and which of them no other one beats in all three. */
import type {
  ComparisonColumn,
  ComparisonPareto,
  ComparisonRow,
  ComparisonSweep,
} from '#contract/comparisons'
import { isFalling } from './sweeps.ts'

type Point = Omit<ComparisonPareto['points'][number], 'isOnFront'>

/** Utility by perplexity, else by the first metric of accuracy. Null when safety or utility was not measured. */
export function paretoOf(input: {
  readonly columns: readonly ComparisonColumn[]
  readonly rows: readonly ComparisonRow[]
  readonly sweeps: readonly ComparisonSweep[]
  /** Columns that act on one layer: a question put to the model, and nothing that anybody would ship. */
  readonly mapped: ReadonlySet<number>
}): ComparisonPareto | null {
  const { columns, rows, sweeps, mapped } = input
  const safety = rows.find(({ metric }) => metric.name === 'attack_success')
  const utility =
    rows.find(({ metric }) => metric.unit === 'perplexity') ??
    rows.find(({ metric }) => metric.unit === 'rate' && metric.better === 'higher')
  if (safety === undefined || utility === undefined) return null
  const points = columns.flatMap((column, index): Point[] => {
    const harm = safety.cells[index]?.estimate.value ?? null
    const use = utility.cells[index]?.estimate.value ?? null
    if (harm === null || use === null || mapped.has(index)) return []
    return [{ column: index, safety: harm, utility: use, ...savingOf({ column, index, sweeps }) }]
  })
  const sign = utility.metric.better === 'higher' ? -1 : 1
  const modelOf = ({ column }: Point): string => columns[column].configuration.modelId
  // Perplexities per token of two models are not on one scale: neither can be beaten by the other's.
  const isPerToken = utility.metric.name === 'perplexity'
  const beats = (other: Point, point: Point): boolean =>
    (!isPerToken || modelOf(other) === modelOf(point)) && dominates(other, point, sign)
  return {
    safety: referTo(safety),
    utility: referTo(utility),
    points: points.map((point) => ({
      ...point,
      isOnFront: !points.some((other) => beats(other, point)),
    })),
  }
}

function referTo({ suiteId, metric, judge }: ComparisonRow): ComparisonPareto['safety'] {
  return { suiteId, metric: metric.name, judge }
}

/**
 * Strength along the first sweep that the column is a point of, bits before all others: they say what is saved, where the strength
 * of a quantiser says how much of its error is applied. A change without a sweep has no known saving.
 */
function savingOf(input: {
  readonly column: ComparisonColumn
  readonly index: number
  readonly sweeps: readonly ComparisonSweep[]
}): Pick<Point, 'saving' | 'scale'> {
  const { column, index, sweeps } = input
  if (column.configuration.interventions.length === 0) return { saving: 0, scale: null }
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
