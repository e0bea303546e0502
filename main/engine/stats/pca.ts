/**
 * Principal components by way of the points' inner products: with fewer points than dimensions that is the small side. The
 * projections are those of classical multidimensional scaling of the Euclidean distances, whose double-centred matrix is the
 * one decomposed here (Gower 1966, Biometrika 53, 325-338).
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

export interface PrincipalAxes {
  readonly mean: Float64Array
  /** Unit vectors by falling variance; zero where the points do not extend that far. */
  readonly axes: readonly Float64Array[]
  /** Sums of squares along the axes: eigenvalues of the centred points' inner products. */
  readonly eigenvalues: readonly number[]
  /** Share of the whole sum of squares that each axis has; 0 where all points are equal. */
  readonly explained: readonly number[]
}

/** Of points of one length, at least one. Takes time with the cube of their number. */
export function principalAxes(points: readonly Float32Array[], count: number): PrincipalAxes {
  const mean = meanOf(points)
  const products = innerProducts(points, mean)
  const total = products.diagonal().reduce((sum, square) => sum + square, 0)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(products, {
    assumeSymmetric: true,
  })
  // They come in rising order. What rounding leaves below this is no extent.
  const noise = total * 1e-12
  const found = Array.from({ length: count }, (_, k) => {
    const at = points.length - 1 - k
    const eigenvalue = realEigenvalues[at] ?? 0
    if (!(eigenvalue > noise)) return { eigenvalue: 0, axis: new Float64Array(mean.length) }
    const weights = eigenvectorMatrix.getColumn(at)
    return {
      eigenvalue,
      axis: combine(points, { mean, weights, scale: 1 / Math.sqrt(eigenvalue) }),
    }
  })
  return {
    mean,
    axes: found.map(({ axis }) => axis),
    eigenvalues: found.map(({ eigenvalue }) => eigenvalue),
    explained: found.map(({ eigenvalue }) => (total > 0 ? eigenvalue / total : 0)),
  }
}

/** Where a point lies along each axis. */
export function project({ mean, axes }: PrincipalAxes, point: Float32Array): number[] {
  return axes.map((axis) => {
    let sum = 0
    for (let i = 0; i < axis.length; i++) sum += (point[i] - mean[i]) * axis[i]
    return sum
  })
}

/** Arithmetic mean of points of one length, at least one. */
export function meanOf(points: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(points[0].length)
  for (const point of points) {
    for (let i = 0; i < mean.length; i++) mean[i] += point[i]
  }
  return mean.map((sum) => sum / points.length)
}

/** Inner products of the points less `center`, [points, points]. */
export function innerProducts(points: readonly Float32Array[], center: Float64Array): Matrix {
  const centred = points.map((point) => Float64Array.from(point, (value, i) => value - center[i]))
  const products = Matrix.zeros(points.length, points.length)
  for (const [i, a] of centred.entries()) {
    for (let j = 0; j <= i; j++) {
      const b = centred[j]
      let sum = 0
      for (let k = 0; k < a.length; k++) sum += a[k] * b[k]
      products.set(i, j, sum)
      products.set(j, i, sum)
    }
  }
  return products
}

function combine(
  points: readonly Float32Array[],
  { mean, weights, scale }: { mean: Float64Array; weights: readonly number[]; scale: number },
): Float64Array {
  const axis = new Float64Array(mean.length)
  for (const [row, point] of points.entries()) {
    for (let i = 0; i < axis.length; i++) axis[i] += weights[row] * (point[i] - mean[i])
  }
  return axis.map((value) => value * scale)
}
