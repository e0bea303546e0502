/** Reading single figures out of a comparison. */
import type { Comparison, ComparisonRow, Difference, Estimate } from '#contract/comparisons'

/** Which row of a comparison; without a variant the first judge's. */
export interface RowName {
  readonly suiteId: string
  readonly metric: string
  readonly variant?: string
}

export interface Figure {
  readonly value: number
  readonly estimate: Estimate
  /** Null for the baseline, and where no pair was judged. */
  readonly difference: Difference | null
}

/** Throws when it was not measured: then there is nothing to judge. */
export function figureOf(comparison: Comparison, column: string, name: RowName): Figure {
  const at = comparison.columns.findIndex((one) => one.name === column)
  const cell = rowOf(comparison, name).cells[at]
  const { value = null } = cell?.estimate ?? {}
  if (cell == null || value === null) {
    throw new Error(`${name.metric} on ${name.suiteId} was not measured for ${column}`)
  }
  return { value, estimate: cell.estimate, difference: cell.difference }
}

function rowOf({ rows }: Comparison, { suiteId, metric, variant }: RowName): ComparisonRow {
  const found = rows.find(
    (row) =>
      row.suiteId === suiteId &&
      row.metric.name === metric &&
      (variant === undefined || row.variant === variant),
  )
  if (found !== undefined) return found
  throw new Error(`the comparison has no ${metric} on ${suiteId} by ${variant ?? 'any judge'}`)
}

/** `74.0 % (+46.0, p 0.0001)`; p is adjusted after Holm. */
export function rateText({ value, difference }: Figure): string {
  const text = `${(100 * value).toFixed(1)} %`
  return difference === null
    ? text
    : `${text} (${signed(100 * difference.value, 1)}, p ${pText(difference.pHolm)})`
}

/** `1.54 (-0.65, p 0.0001)`. */
export function numberText({ value, difference }: Figure): string {
  return difference === null
    ? value.toFixed(2)
    : `${value.toFixed(2)} (${signed(difference.value, 2)}, p ${pText(difference.pHolm)})`
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`
}

function pText(p: number): string {
  return p < 1e-4 ? '< 0.0001' : p.toPrecision(2)
}

/** The texts of the rules that do not hold. */
export function broken(rules: readonly (readonly [holds: boolean, text: string])[]): string[] {
  return rules.filter(([holds]) => !holds).map(([, text]) => text)
}
