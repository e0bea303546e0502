import { describe, expect, it } from 'vitest'
import { orderStatistic, quantileTable, thresholdAt } from './magnitude-quantiles.ts'

const worked = new Float32Array([-0.9, -0.4, -0.1, 0.05, 0.2, 0.3, -0.6, 0.8, 1.5, -0.02])
const keptAbove = (t: number) => worked.filter((v) => Math.abs(v) > t).length

describe('order-statistic rule', () => {
  const magnitudes = worked.map((v) => Math.abs(v)).sort()
  it.each([
    [0, 0, 10],
    [0.1, 0.02, 9],
    [0.25, 0.05, 8],
    [0.5, 0.3, 5],
    [0.9, 0.9, 1],
  ])('p = %f gives t = %f and keeps %i of ten', (p, t, kept) => {
    expect(orderStatistic(magnitudes, p)).toBeCloseTo(t, 6)
    expect(keptAbove(orderStatistic(magnitudes, p))).toBe(kept)
  })
})

describe('closed forms', () => {
  // Deterministic draws by inverse transform on a midpoint grid, so that quantiles are those of the law itself.
  const n = 200_000
  const u = (i: number) => (i + 0.5) / n

  it('Laplace(0, 0.024): t_p = -b ln(1 - p)', () => {
    const b = 0.024
    const draws = Float32Array.from({ length: n }, (_, i) => {
      const v = u(i) - 0.5
      return -b * Math.sign(v) * Math.log(1 - 2 * Math.abs(v))
    })
    const table = quantileTable(draws)
    for (const [p, t] of [
      [0.1, 0.002529],
      [0.25, 0.006904],
      [0.5, 0.016636],
      [0.9, 0.055262],
    ]) {
      expect(thresholdAt(table.absolute, p), `absolute ${p}`).toBeCloseTo(t, 5)
      expect(thresholdAt(table.symmetric, p), `symmetric ${p}`).toBeCloseTo(t, 5)
    }
  })

  it('keeps the two rules apart on a skewed site', () => {
    const skewed = Float32Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0.001 * i : -5))
    const table = quantileTable(skewed)
    expect(thresholdAt(table.absolute, 0.5)).toBeCloseTo(0.499, 5)
    expect(thresholdAt(table.symmetric, 0.5)).not.toBeCloseTo(0.499, 1)
  })
})

describe('edges', () => {
  it('interpolates between grid points and stays inside the table', () => {
    const table = Array.from({ length: 100 }, (_, k) => k)
    expect(thresholdAt(table, 0.335)).toBeCloseTo(33.5, 9)
    expect(thresholdAt(table, 0.99)).toBe(99)
    expect(thresholdAt(table, 1)).toBe(99)
  })

  it('leaves its input as it was', () => {
    const values = new Float32Array([3, -1, 2])
    quantileTable(values)
    expect([...values]).toEqual([3, -1, 2])
  })
})
