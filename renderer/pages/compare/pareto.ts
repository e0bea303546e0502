/** The fronts that a comparison found, as its page shows them: which rows to choose from, and savings as text and size. */
import type { Comparison, ComparisonPareto } from '#contract/comparisons'
import { spelledOut } from '../../components/params-schema.ts'
import { formatNumber } from '../../format/numbers.ts'
import type { ComparisonRow } from './compare-address.ts'

type Front = ComparisonPareto['fronts'][number]
type Point = Front['points'][number]

/** Rows that some front has on this axis, in the order of the fronts. */
export function frontRows(
  { pareto, rows }: Comparison,
  axis: 'safety' | 'utility',
): ComparisonRow[] {
  const found = (pareto?.fronts ?? []).flatMap((front) =>
    rows.filter((row) => isRow(row, front[axis])),
  )
  return [...new Set(found)]
}

export function frontOf(
  { pareto }: Comparison,
  question: {
    readonly safety: ComparisonRow
    readonly utility: ComparisonRow
    readonly savingBy: Front['savingBy']
  },
): Front | null {
  const { safety, utility, savingBy } = question
  const isAsked = (front: Front) =>
    isRow(safety, front.safety) && isRow(utility, front.utility) && front.savingBy === savingBy
  return pareto?.fronts.find(isAsked) ?? null
}

function isRow(row: ComparisonRow, of: Front['safety']): boolean {
  return row.suiteId === of.suiteId && row.metric.name === of.metric && row.judge === of.judge
}

/** `sparsity 0.5`, `41.0 tokens/s`; empty where it is not known. */
export function savingText({ saving, scale }: Pick<Point, 'saving' | 'scale'>): string {
  if (saving === null) return ''
  if (scale === null) return 'unchanged'
  if (scale === 'tokens-per-second') return `${formatNumber(saving, 1)} tokens/s`
  const param = scale.slice(scale.indexOf('.') + 1)
  return `${spelledOut(param).toLocaleLowerCase()} ${Math.abs(saving)}`
}

/** From 0 (nothing) to 1 (the most on its scale): speeds in proportion, strengths by their rank. Null where it is not known. */
export function shareSaved(
  { saving, scale }: Pick<Point, 'saving' | 'scale'>,
  points: readonly Pick<Point, 'saving' | 'scale'>[],
): number | null {
  if (saving === null || scale === null) return saving
  const known = points.flatMap((point) =>
    point.scale === scale && point.saving !== null ? [point.saving] : [],
  )
  const savings = [...new Set(known)].sort((a, b) => a - b)
  if (scale === 'tokens-per-second') return saving / (savings.at(-1) ?? saving)
  return (savings.indexOf(saving) + 1) / savings.length
}
