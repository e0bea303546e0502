/**
 * Thresholds for magnitude sparsification: t_p such that a share p of a site's values has magnitude at most t_p.
 * Rule: order statistic, k = floor(p n), t = k-th smallest magnitude, 0 when k = 0. A value is kept when |x| > t, so exactly
 * the k smallest are dropped (ties aside). Source: TEAL (Liu et al., ICLR 2025), which takes the quantile from a histogram
 * of signed values and assumes symmetry; that rule is `symmetric` here, the magnitudes themselves are `absolute`.
 */

/** Sparsities at which a table holds thresholds: 0, 0.01, ..., 0.99. */
export const sparsityGrid: readonly number[] = Array.from({ length: 100 }, (_, k) => k / 100)

export interface QuantileTable {
  /** Threshold at each grid sparsity, from |x|. */
  readonly absolute: readonly number[]
  /** Threshold at each grid sparsity as the signed quantile at 0.5 + p/2 (zero-mean symmetry assumed). */
  readonly symmetric: readonly number[]
  /** Values behind the table. */
  readonly count: number
}

/** Both threshold rules over `values`, which is left as it is. */
export function quantileTable(values: Float32Array): QuantileTable {
  const signed = Float32Array.from(values).sort()
  const magnitudes = signed.map((value) => Math.abs(value)).sort()
  const n = signed.length
  return {
    absolute: sparsityGrid.map((p) => orderStatistic(magnitudes, p)),
    symmetric: sparsityGrid.map((p) =>
      Math.max(0, p === 0 ? 0 : signedQuantile(signed, 0.5 + p / 2)),
    ),
    count: n,
  }
}

/** k-th smallest with k = floor(p n); 0 when k = 0. The 1e-9 keeps 0.29 * 100 from becoming 28. */
export function orderStatistic(ascending: Float32Array, p: number): number {
  const k = Math.floor(p * ascending.length + 1e-9)
  return k === 0 ? 0 : ascending[k - 1]
}

/** Linear interpolation between order statistics, as a cumulative histogram with narrow bins would give. */
function signedQuantile(ascending: Float32Array, q: number): number {
  const position = q * (ascending.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, ascending.length - 1)
  return ascending[below] + (position - below) * (ascending[above] - ascending[below])
}

/** Threshold at any sparsity in [0, 0.99]: linear between grid points, exact at them. */
export function thresholdAt(table: readonly number[], sparsity: number): number {
  const position = sparsity * 100
  const below = Math.min(Math.floor(position + 1e-9), table.length - 1)
  const above = Math.min(below + 1, table.length - 1)
  const share = Math.min(1, Math.max(0, position - below))
  return table[below] + share * (table[above] - table[below])
}
