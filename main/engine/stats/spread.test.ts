import { describe, expect, it } from 'vitest'
import { jointSums } from './joint-bootstrap.ts'
import { createRng } from './rng.ts'
import { groupMean, groupRange } from './spread.ts'

/** Groups of 0 and 1 by the same ids, each of the given rate. */
function groupsOf(rates: readonly number[], ids: number, seed: number) {
  const rng = createRng(seed)
  const table = Float64Array.from({ length: rates.length * ids }, (_, at) =>
    rng.uniform() < (rates[Math.floor(at / ids)] ?? 0) ? 1 : 0,
  )
  const sums = jointSums({ tables: [table], rows: rates.length, ids, draws: 400, seed: 1 })
  const values = rates.map((_, row) => {
    const of = table.subarray(row * ids, (row + 1) * ids)
    return of.reduce((sum, value) => sum + value, 0) / ids
  })
  return { values, draws: sums.of(table).map((sum) => sum / ids), n: ids }
}

function share(rounds: number, holds: (round: number) => boolean): number {
  return Array.from({ length: rounds }, (_, round) => holds(round)).filter(Boolean).length / rounds
}

describe('groupRange', () => {
  it('calls equal groups different at most once in forty', () => {
    const equal = Array.from({ length: 10 }, () => 0.8)
    const different = share(150, (round) => groupRange(groupsOf(equal, 60, round + 1)).low! > 0)
    expect(different).toBeLessThanOrEqual(0.05)
  })

  it('holds the true range at least as often as it says', () => {
    const rates = [0.9, 0.85, 0.8, 0.75, 0.5]
    const held = share(150, (round) => {
      const { low, high } = groupRange(groupsOf(rates, 60, round + 1))
      return low! <= 0.4 && 0.4 <= high!
    })
    expect(held).toBeGreaterThanOrEqual(0.93)
  })

  it('holds its own value, and is nothing for one id', () => {
    const { value, low, high } = groupRange(groupsOf([0.9, 0.2], 50, 3))
    expect(low!).toBeLessThan(value!)
    expect(high!).toBeGreaterThanOrEqual(value!)
    expect(groupRange({ values: [1, 0], draws: Float64Array.of(1, 0), n: 1 })).toEqual({
      value: 1,
      low: null,
      high: null,
    })
  })
})

describe('groupMean', () => {
  it('weighs groups alike and leaves out resamples that say nothing of one', () => {
    const figures = groupsOf([0.9, 0.5], 200, 7)
    const { value, low, high } = groupMean(figures)
    expect(value).toBeCloseTo((figures.values[0] + figures.values[1]) / 2, 12)
    // sqrt((0.09 + 0.25) / 200) / 2 = 0.0206 a standard error.
    expect((high! - low!) / 2).toBeCloseTo(1.96 * 0.0206, 2)
    const holes = groupMean({ ...figures, draws: figures.draws.with(0, NaN) })
    expect(holes.low).not.toBeNaN()
  })
})
