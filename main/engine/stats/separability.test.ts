import { describe, expect, it } from 'vitest'
import { meanOf, principalAxes, project } from './pca.ts'
import { createRng } from './rng.ts'
import { cohesion, flipRate, separation, silhouette } from './separability.ts'

const points = (...rows: readonly (readonly number[])[]) =>
  rows.map((row) => Float32Array.from(row))

// Worked by hand and checked with NumPy and scikit-learn's definition of the silhouette.
const harmful = points([2, 0], [3, 0], [2, 1], [3, 1])
const harmless = points([-2, 0], [-3, 0], [-2, -1], [-3, -1])
const shifted = points([2, 0], [3, 0], [-2, 1], [-3, 1])
const cosine = (a: readonly number[], b: readonly number[]) =>
  (a[0] * b[0] + a[1] * b[1]) / (Math.hypot(...a) * Math.hypot(...b))

describe('separability of two groups', () => {
  it('is that of the worked example', () => {
    expect(separation(harmful, harmless)).toBeCloseTo(7.21110255, 8)
    expect(silhouette(harmful, harmless)).toBeCloseTo(0.776872957, 8)
  })

  it('falls when half of one group has moved over', () => {
    expect(separation(shifted, harmless)).toBeCloseTo(1.41421356, 8)
    expect(silhouette(shifted, harmless)).toBeCloseTo(0.25568326, 8)
    const means = { home: meanOf(harmful), away: meanOf(harmless) }
    expect(flipRate(shifted, means)).toBe(0.5)
    expect(flipRate(harmful, means)).toBe(0)
  })

  it('has a number for groups without spread', () => {
    const [here, there] = [points([1, 1], [1, 1]), points([2, 1], [2, 1])]
    expect(separation(here, here)).toBe(0)
    expect(separation(here, there)).toBe(Number.MAX_VALUE)
    expect(silhouette(here, here)).toBe(0)
    expect(silhouette(here, there)).toBe(1)
    expect(silhouette(points([1, 1]), points([2, 1])), 'points alone').toBe(0)
  })
})

describe('cohesion', () => {
  it('is the mean cosine over pairs', () => {
    const rows = [
      [1, 0],
      [3, 4],
      [-1, 2],
    ] as const
    const pairs = [cosine(rows[0], rows[1]), cosine(rows[0], rows[2]), cosine(rows[1], rows[2])]
    const expected = pairs.reduce((sum, value) => sum + value, 0) / 3
    expect(cohesion(points(...rows))).toBeCloseTo(expected, 12)
  })

  it('of QuadA’s example is 0.37486372', () => {
    const found = cohesion(points([1, 2, 2], [2, 1, 2], [-1, 0, 1]))
    expect(found).toBeCloseTo(0.37486372, 8)
  })

  it('counts a point at the origin as unlike every other', () => {
    expect(cohesion(points([1, 0], [0, 0]))).toBe(0)
  })
})

describe('principal axes', () => {
  it('are those of classical multidimensional scaling of the distances', () => {
    const triangle = points([0, 0], [3, 0], [0, 4])
    const found = principalAxes(triangle, 3)
    expect(found.eigenvalues[0]).toBeCloseTo(12.964148, 6)
    expect(found.eigenvalues[1]).toBeCloseTo(3.7025187, 6)
    expect(found.eigenvalues[2]).toBe(0)
    expect(found.explained[0] + found.explained[1]).toBeCloseTo(1, 12)
    // Scaling keeps the distances: 3, 4 and 5.
    const places = triangle.map((point) => project(found, point))
    const distance = (i: number, j: number) =>
      Math.hypot(...places[i].map((value, axis) => value - places[j][axis]))
    expect([distance(0, 1), distance(0, 2), distance(1, 2)].map((d) => +d.toFixed(10))).toEqual([
      3, 4, 5,
    ])
  })

  it('are orthonormal, and have the variance of the projections', () => {
    const rng = createRng(3)
    const cloud = Array.from({ length: 20 }, () =>
      Float32Array.from({ length: 50 }, (_, i) => (rng.uniform() - 0.5) * (i === 7 ? 9 : 1)),
    )
    const found = principalAxes(cloud, 2)
    const [first, second] = found.axes
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0)
    expect(dot(first, first)).toBeCloseTo(1, 10)
    expect(dot(second, second)).toBeCloseTo(1, 10)
    expect(dot(first, second)).toBeCloseTo(0, 10)
    expect(Math.abs(first[7]), 'the widest direction').toBeGreaterThan(0.95)
    const along = cloud.map((point) => project(found, point)[1])
    expect(along.reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(found.eigenvalues[1], 8)
  })

  it('are zero where all points are equal', () => {
    const found = principalAxes(points([5, 5], [5, 5]), 2)
    expect(found.explained).toEqual([0, 0])
    expect(project(found, Float32Array.of(5, 5))).toEqual([0, 0])
  })
})
