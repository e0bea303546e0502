import { describe, expect, it } from 'vitest'
import { wilsonInterval } from './intervals.ts'
import { jointSums } from './joint-bootstrap.ts'
import { pairedProportions } from './paired.ts'
import {
  detectableMeanDifference,
  detectableRateDifference,
  detectableRatioDifference,
} from './power.ts'
import { ratioDifference, ratioInterval, ratioOf, type RatioParts } from './ratios.ts'
import { createRng } from './rng.ts'

/** Quotients of counts: hits out of weights, about `rate` of them. */
function partsOf(n: number, rate: number, seed: number): RatioParts {
  const rng = createRng(seed)
  const weights = Float64Array.from({ length: n }, () => rng.below(5))
  const hits = weights.map((weight) => {
    let count = 0
    for (let i = 0; i < weight; i++) count += rng.uniform() < rate ? 1 : 0
    return count
  })
  return { hits, weights }
}

function drawsOf({ hits, weights }: RatioParts): Float64Array {
  const { of } = jointSums({
    tables: [hits, weights],
    rows: 1,
    ids: hits.length,
    draws: 1000,
    seed: 1,
  })
  const below = of(weights)
  return of(hits).map((hit, draw) => hit / below[draw])
}

describe('ratioInterval', () => {
  it('is the same by resampling and by linearising, where there is enough of both', () => {
    const parts = partsOf(400, 0.7, 2)
    const drawn = ratioInterval(parts, { n: 400, draws: () => drawsOf(parts) })
    expect(drawn.method).toBe('bootstrap')
    expect(drawn.value).toBe(ratioOf(parts))
    const few = ratioInterval(parts, { n: 99, draws: () => drawsOf(parts) })
    expect(few.method).toBe('delta')
    expect(drawn.low!).toBeCloseTo(few.low!, 2)
    expect(drawn.high!).toBeCloseTo(few.high!, 2)
  })

  it('stays open where all is right or all is wrong', () => {
    const weights = Float64Array.of(2, 0, 4, 2)
    const right = ratioInterval({ hits: weights, weights }, { n: 4, draws: () => weights })
    expect(right).toEqual({ ...wilsonInterval(3, 3), method: 'wilson' })
    const wrong = { hits: new Float64Array(4), weights }
    expect(ratioInterval(wrong, { n: 4, draws: () => weights }).high).toBeGreaterThan(0.5)
  })

  it('is unknown without anything below the line', () => {
    const nothing = { hits: new Float64Array(3), weights: new Float64Array(3) }
    const interval = ratioInterval(nothing, { n: 3, draws: () => drawsOf(nothing) })
    expect(interval).toMatchObject({ value: null, low: null, high: null })
  })
})

describe('ratioDifference', () => {
  it('is the t test of many differences where all weights are one', () => {
    const ones = new Float64Array(20).fill(1)
    const first = { hits: ones.map((_, id) => (id < 10 ? 1 : 0)), weights: ones }
    const second = { hits: ones.map((_, id) => (id >= 10 && id < 16 ? 1 : 0)), weights: ones }
    const found = ratioDifference(first, second, { n: 20, draws: () => new Float64Array(0) })!
    // 10 times -1, 6 times 1, 4 times 0: mean -0.2, standard error 0.2, t = -1 on 19.
    expect(found.value).toBeCloseTo(-0.2, 12)
    expect(found.error).toBeCloseTo(0.2, 12)
    expect(found.pValue).toBeCloseTo(0.32989, 4)
  })

  it('of a list to itself is nothing at all', () => {
    const parts = partsOf(150, 0.6, 4)
    const same = ratioDifference(parts, parts, { n: 150, draws: () => new Float64Array(1000) })
    expect(same).toMatchObject({ value: 0, low: 0, high: 0, pValue: 1, error: 0 })
  })
})

describe('the interval of a difference', () => {
  it('is no certainty where all of a few ids changed alike', () => {
    const weights = new Float64Array(2).fill(4)
    const [first, second] = [
      { hits: weights, weights },
      { hits: new Float64Array(2), weights },
    ]
    const draws = () => new Float64Array(0)
    const found = ratioDifference(first, second, { n: 2, draws })!
    const { low, high } = pairedProportions({ n: 2, raised: 0, lowered: 2 })!
    expect(found).toMatchObject({ value: -1, low, pValue: 0.5 })
    expect(found.high).toBeCloseTo(high, 12)
    expect(high).toBeGreaterThan(-0.7)
    const back = ratioDifference(second, first, { n: 2, draws })!
    expect(back).toMatchObject({ value: 1, low: -found.high, high: 1 })
  })
})

describe('what a difference of quotients could have shown', () => {
  it('is not what the error of a single change says', () => {
    const alpha = 0.05 / 12
    const weights = new Float64Array(200).fill(2)
    const first: RatioParts = { hits: weights.map((_, id) => (id < 100 ? 2 : 0)), weights }
    const second: RatioParts = { hits: first.hits.map((hit, id) => (id === 0 ? 0 : hit)), weights }
    const { error } = ratioDifference(first, second, { n: 200, draws: () => new Float64Array(2) })!
    expect(error).toBeCloseTo(1 / 200, 3)
    const detectable = detectableRatioDifference({ error, weights, alpha })
    const asRates = detectableRateDifference({ n: 200, discordance: 1 / 200, alpha })
    expect(detectable).toBeCloseTo(asRates!, 2)
    // Unequal weights are worth fewer ids; with many changes the error speaks.
    const uneven = weights.map((_, id) => (id < 20 ? 20 : 0))
    expect(detectableRatioDifference({ error, weights: uneven, alpha })).toBeGreaterThan(0.5)
    const much = detectableRatioDifference({ error: 0.1, weights, alpha })
    expect(much).toBe(detectableMeanDifference(0.1, alpha))
    expect(detectableRatioDifference({ error: 0, weights: new Float64Array(3) })).toBeNull()
    expect(detectableRatioDifference({ error: 9, weights })).toBe(1)
  })
})
