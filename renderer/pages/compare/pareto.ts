/** Which configurations are dominated: another one is no worse in anything and better in something. */

export interface ParetoPoint {
  /** Lower is better. */
  readonly harm: number
  /** Lower is better; what is better when higher comes negated. */
  readonly loss: number
  /** Higher is cheaper. Null: not known, so that it neither dominates nor is dominated. */
  readonly saving: number | null
  /** Only savings on the same scale are compared; null is comparable with all (the untouched model). */
  readonly scale: string | null
}

/** For each point whether some other one dominates it. Compares values, not intervals. */
export function dominated(points: readonly ParetoPoint[]): boolean[] {
  return points.map((point) => points.some((other) => dominates(other, point)))
}

function dominates(a: ParetoPoint, b: ParetoPoint): boolean {
  if (a.saving === null || b.saving === null) return false
  if (a.scale !== null && b.scale !== null && a.scale !== b.scale) return false
  const isNoWorse = a.harm <= b.harm && a.loss <= b.loss && a.saving >= b.saving
  return isNoWorse && (a.harm < b.harm || a.loss < b.loss || a.saving > b.saving)
}
