/** How far two groups of points are apart: numbers that can be compared between layers, models and configurations. */
import { innerProducts, meanOf } from './pca.ts'

type Points = readonly Float32Array[]

/**
 * Distance of the means over the pooled spread sqrt((a + b) / 2), where a and b are the mean squared distances of each group
 * to its own mean. Groups without any spread are 0 apart where their means are equal, else as far as a number can say.
 */
export function separation(first: Points, second: Points): number {
  const [a, b] = [meanOf(first), meanOf(second)]
  const spread = Math.sqrt((meanSquare(first, a) + meanSquare(second, b)) / 2)
  const distance = Math.sqrt(squaredDistance(a, b))
  if (distance === 0) return 0
  return Math.min(distance / spread, Number.MAX_VALUE)
}

/**
 * Mean silhouette (Rousseeuw 1987, J. Comput. Appl. Math. 20, 53-65), Euclidean: (b - a) / max(a, b) for each point, with
 * a its mean distance to the others of its group and b to the other group. A point alone in its group counts 0.
 */
export function silhouette(first: Points, second: Points): number {
  const points = [...first, ...second]
  const products = innerProducts(points, meanOf(points))
  const distance = (i: number, j: number) =>
    Math.sqrt(Math.max(0, products.get(i, i) + products.get(j, j) - 2 * products.get(i, j)))
  let sum = 0
  for (let i = 0; i < points.length; i++) {
    const isFirst = i < first.length
    let own = 0
    let other = 0
    for (let j = 0; j < points.length; j++) {
      if (j < first.length === isFirst) own += distance(i, j)
      else other += distance(i, j)
    }
    const [ownSize, otherSize] = isFirst
      ? [first.length, second.length]
      : [second.length, first.length]
    if (ownSize === 1) continue
    const a = own / (ownSize - 1)
    const b = other / otherSize
    if (a !== b) sum += (b - a) / Math.max(a, b)
  }
  return sum / points.length
}

/** Mean cosine of all pairs of a group; 1 for a single point. A point at the origin has the cosine 0 with every other. */
export function cohesion(points: Points): number {
  const count = points.length
  if (count < 2) return 1
  const sum = new Float64Array(points[0].length)
  let units = 0
  for (const point of points) {
    let square = 0
    for (const value of point) square += value * value
    if (square === 0) continue
    units++
    const scale = 1 / Math.sqrt(square)
    for (let i = 0; i < sum.length; i++) sum[i] += point[i] * scale
  }
  let whole = 0
  for (const value of sum) whole += value * value
  return (whole - units) / (count * (count - 1))
}

/** Share of `points` nearer to the mean `away` than to the mean `home`. */
export function flipRate(
  points: Points,
  { home, away }: { readonly home: Float64Array; readonly away: Float64Array },
): number {
  const flipped = points.filter(
    (point) => squaredDistance(point, away) < squaredDistance(point, home),
  )
  return flipped.length / points.length
}

function meanSquare(points: Points, center: Float64Array): number {
  let sum = 0
  for (const point of points) sum += squaredDistance(point, center)
  return sum / points.length
}

function squaredDistance(a: Float32Array | Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < b.length; i++) sum += (a[i] - b[i]) ** 2
  return sum
}
