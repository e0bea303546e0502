import { describe, expect, it } from 'vitest'
import { binValues, withEmptyEnds } from './bins.ts'
import { percentAxis } from './strength-axis.ts'

describe('binValues', () => {
  it('loses no value and shares the bins between series', () => {
    const series = [
      [-3.2, 0, 0.1, 4.9],
      [0, 12],
    ]
    const { starts, counts } = binValues(series)
    expect(counts.map((bins) => bins.reduce((a, b) => a + b, 0))).toEqual([4, 2])
    expect(counts.every((bins) => bins.length === starts.length)).toBe(true)
    expect(starts[0]).toBeLessThanOrEqual(-3.2)
  })

  it('takes round widths', () => {
    expect(binValues([[0, 24]], 24).width).toBe(1)
    expect(binValues([[0, 7]], 10).width).toBe(1)
    expect(binValues([[0, 30]], 10).width).toBe(5)
  })

  it('puts equal values into one bin', () => {
    expect(binValues([[2, 2, 2]]).counts).toEqual([[3]])
  })

  it('has no bins without values', () => {
    expect(binValues([[], []])).toEqual({ starts: [], width: 1, counts: [[], []] })
  })
})

describe('percentAxis', () => {
  it('ends an axis at the next round number and never above 100%', () => {
    const ends = [[], [7.7, 13.1], [100.4]].map((values) => percentAxis(values).to)
    expect(ends).toEqual([5, 15, 100])
  })
})

describe('withEmptyEnds', () => {
  it('lets a line of steps rise from zero and fall back', () => {
    const { starts, counts } = withEmptyEnds(binValues([[0, 1, 1.5], [3]], 3))
    expect(starts).toEqual([-1, 0, 1, 2, 3, 4])
    expect(counts).toEqual([
      [0, 1, 2, 0, 0, 0],
      [0, 0, 0, 0, 1, 0],
    ])
    expect(withEmptyEnds(binValues([[]])).starts).toEqual([])
  })
})
