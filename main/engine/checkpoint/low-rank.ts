/** The sum of a matrix and an adapter's change of it. */

export interface LowRankFactors {
  /** [rank, in] */
  readonly a: Float32Array
  /** [out, rank] */
  readonly b: Float32Array
  readonly rank: number
  readonly scale: number
  /** See LowRankUpdate. */
  readonly interleavedHead: number | null
}

/**
 * W + scale * B A, written into `weight` [out, in] and returned. Sums over the rank are in float64, each element is rounded to
 * float32 once.
 */
export function addLowRank(weight: Float32Array, factors: LowRankFactors): Float32Array {
  const { a, b, rank, scale, interleavedHead } = factors
  const columns = a.length / rank
  const rows = b.length / rank
  const change = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    change.fill(0)
    for (let r = 0; r < rank; r++) {
      const factor = b[row * rank + r]
      for (let column = 0; column < columns; column++) {
        change[column] += factor * a[r * columns + column]
      }
    }
    const target = interleavedHead === null ? row : interleavedRow(row, interleavedHead)
    const start = target * columns
    for (let column = 0; column < columns; column++) {
      weight[start + column] += scale * change[column]
    }
  }
  return weight
}

/**
 * Where converters to GGUF put row `row` of q and k: within each head, rows j and j + size/2, which are rotated together,
 * become neighbours 2j and 2j + 1.
 */
export function interleavedRow(row: number, headSize: number): number {
  const half = headSize / 2
  const inHead = row % headSize
  return row - inHead + 2 * (inHead % half) + Math.floor(inHead / half)
}
