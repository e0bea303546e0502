/** A sweep's columns as points of curves: the metrics of a comparison against the strength. Values in the unit that is shown. */
import type { Comparison, ComparisonSweep, Estimate } from '#contract/comparisons'
import { scaleOf } from '../../format/numbers.ts'
import type { ComparisonRow } from './compare-address.ts'

export interface CurvePoint {
  /** Index of a column. */
  readonly column: number
  readonly strength: number
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly n: number
}

/** Measured points by rising strength; a cell that was not run or not judged is no point. */
export function curveOf(sweep: ComparisonSweep, row: ComparisonRow): CurvePoint[] {
  return sweep.points.flatMap(({ column, strength }) => {
    const scaled = scaledEstimate(row, column)
    return scaled === null ? [] : [{ column, strength, ...scaled }]
  })
}

export function scaledEstimate(
  row: ComparisonRow,
  column: number,
): Pick<CurvePoint, 'value' | 'low' | 'high' | 'n'> | null {
  const estimate: Estimate | undefined = row.cells[column]?.estimate
  if (estimate?.value == null) return null
  const scale = scaleOf(row.metric.unit)
  const scaled = (value: number | null) => (value === null ? null : value * scale)
  return {
    value: estimate.value * scale,
    low: scaled(estimate.low),
    high: scaled(estimate.high),
    n: estimate.n,
  }
}

/** Parameters whose smaller values approximate more. */
const fewerIsStronger = ['bits', 'degree']

/** The points of a sweep from the mildest to the strongest change. */
export function fromMildest({ param, points }: ComparisonSweep): ComparisonSweep['points'] {
  const rising = [...points].sort((a, b) => a.strength - b.strength)
  return fewerIsStronger.includes(param) ? rising.reverse() : rising
}

const safetyMetrics = ['attack_success', 'over_refusal']

/** Rows of attack success, then of over-refusal. */
export function safetyRows({ rows }: Comparison): ComparisonRow[] {
  return safetyMetrics.flatMap((name) => rows.filter(({ metric }) => metric.name === name))
}

/** Rows that say what is left of the model's use: perplexity first, then accuracies. */
export function utilityRows({ rows }: Comparison): ComparisonRow[] {
  const perplexity = rows.filter(({ metric }) => metric.name === 'perplexity')
  const accuracies = rows.filter(
    ({ metric }) => metric.better === 'higher' && !isMargin(metric.name),
  )
  return [...perplexity, ...accuracies]
}

function isMargin(name: string): boolean {
  return name.startsWith('refusal_margin')
}
