import { describe, expect, it } from 'vitest'
import { roundAxis } from './round-axis.ts'
import { spreadApart } from './spread-apart.ts'
import { axisOf } from './strength-axis.ts'
import { tipText, type StrengthCurve } from './strength-curve.ts'

const point = { low: null, high: null, n: 60, name: 'B', look: 'plain' } as const

function curve(key: string, values: readonly number[]): StrengthCurve {
  return {
    ...{ key, name: key, color: 'red', dash: '', baseline: null },
    points: values.map((value, index) => ({
      ...point,
      strength: index / 10,
      value,
      n: 60 + index,
    })),
  }
}

describe('a round axis', () => {
  it('holds both ends and steps by 1, 2 or 5', () => {
    expect(roundAxis({ lowest: 0, highest: 54 }).ticks).toEqual([0, 20, 40, 60])
    expect(roundAxis({ lowest: 0, highest: 0.77 }).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8])
    expect(roundAxis({ lowest: 0, highest: 0.6 }).ticks).toEqual([0, 0.2, 0.4, 0.6])
    expect(roundAxis({ lowest: 8953, highest: 25_328 })).toMatchObject({ from: 5000, to: 30_000 })
    expect(roundAxis({ lowest: -1.2, highest: 3 }).ticks).toEqual([-2, -1, 0, 1, 2, 3])
  })
  it('counts in whole steps', () => {
    expect(roundAxis({ lowest: 0, highest: 3, isWhole: true }).ticks).toEqual([0, 1, 2, 3])
  })
  it('is one step long where there is nothing to show', () => {
    expect(roundAxis({ lowest: 0, highest: 0 }).ticks).toEqual([0, 1])
  })
  it('never goes beyond 100%', () => {
    expect(axisOf([curve('a', [3, 80.5])], '%')).toMatchObject({
      to: 100,
      ticks: [0, 20, 40, 60, 80, 100],
    })
    expect(axisOf([curve('a', [29, 54])], '%').ticks).toEqual([0, 20, 40, 60])
  })
})

describe('names that would touch', () => {
  it('move apart around where they belong, in their order', () => {
    expect(spreadApart([50, 50, 10], 10)).toEqual([45, 55, 10])
    expect(spreadApart([52, 50, 51], 10)).toEqual([61, 41, 51])
  })
  it('stay where there is room', () => {
    expect(spreadApart([0, 10, 30], 10)).toEqual([0, 10, 30])
    expect(spreadApart([], 10)).toEqual([])
  })
  it('push on what they come to touch', () => {
    const spread = spreadApart([0, 1, 2, 12], 10)
    expect(spread.slice(1).map((place, index) => place - spread[index]!)).toEqual([10, 10, 10])
    expect(spread.reduce((sum, place) => sum + place, 0)).toBeCloseTo(15)
  })
})

describe('the words for a point', () => {
  it('are those of its strength, also where another strength has the same value', () => {
    const curves = [curve('a', [40, 40]), curve('b', [40])]
    expect(tipText({ value: 40, strength: 0.1, dataKey: 'at.a.value', curves })).toBe('40.0, n 61')
    expect(tipText({ value: 40, strength: 0, dataKey: 'at.b.value', curves })).toBe('40.0, n 60')
    expect(tipText({ value: 40, strength: 0.1, dataKey: 'at.b.value', curves })).toBe('40')
  })
})
