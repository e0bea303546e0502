import { describe, expect, it } from 'vitest'
import { correlation } from './moments.ts'
import { mcnemar, mcnemarExact, mcnemarMidP, pairedMeans, pairedProportions } from './paired.ts'
import { expectClose, golden } from './fixtures/scipy-golden.ts'

describe('paired', () => {
  it('McNemar gives the worked examples and statsmodels values', () => {
    expect(mcnemarExact(12, 3)).toBeCloseTo(0.03515625, 12)
    expect(mcnemarExact(0, 5)).toBeCloseTo(0.0625, 12)
    for (const [b, c, p] of golden.mcnemarExact) expectClose(mcnemarExact(b, c), p, `${b}, ${c}`)
    for (const [b, c, p] of golden.mcnemarMidP) expectClose(mcnemarMidP(b, c), p, `${b}, ${c}`)
  })
  it('McNemar of no or balanced discordance', () => {
    expect(mcnemar({ n: 50, raised: 0, lowered: 0 })).toEqual({ pValue: 1, method: 'exact' })
    expect(mcnemar({ n: 50, raised: 3, lowered: 3 }).pValue).toBe(1)
    expect(mcnemar({ n: 90, raised: 20, lowered: 20 }).method).toBe('mid-p')
    expect(mcnemarMidP(20, 20)).toBeLessThanOrEqual(1)
  })
  it('Tango agrees with the interval found from its definition', () => {
    for (const [n, raised, lowered, low, high] of golden.tango) {
      const difference = pairedProportions({ n, raised, lowered })!
      expect(difference.low, `low ${n} ${raised} ${lowered}`).toBeCloseTo(low, 6)
      expect(difference.high, `high ${n} ${raised} ${lowered}`).toBeCloseTo(high, 6)
    }
  })
  it('Tango gives the published example of 21 children (Fagerland et al. 2014)', () => {
    const difference = pairedProportions({ n: 21, raised: 1, lowered: 7 })!
    expect(difference.low).toBeCloseTo(-0.517, 3)
    expect(difference.high).toBeCloseTo(-0.026, 3)
  })
  it('Tango stays open where no pair disagrees: z2 / (n + z2)', () => {
    const { low, high, value } = pairedProportions({ n: 100, raised: 0, lowered: 0 })!
    const z2 = 1.959963984540054 ** 2
    expect(value).toBe(0)
    expect(high).toBeCloseTo(z2 / (100 + z2), 10)
    expect(low).toBeCloseTo(-z2 / (100 + z2), 10)
    expect(pairedProportions({ n: 0, raised: 0, lowered: 0 })).toBeNull()
    expect(pairedProportions({ n: 1, raised: 1, lowered: 0 })!.high).toBe(1)
  })
  it('paired t agrees with SciPy', () => {
    const { first, second, pValue, low, high } = golden.pairedT
    const difference = pairedMeans(second.map((value, i) => value - first[i]))!
    expectClose(difference.pValue, pValue, 'p')
    expectClose(difference.low, low, 'low')
    expectClose(difference.high, high, 'high')
    expectClose(correlation(first, second), golden.pairedT.correlation, 'correlation')
    expect(correlation([1, 1], [2, 3])).toBeNull()
  })
  it('paired t of constant differences', () => {
    expect(pairedMeans([0, 0, 0])).toMatchObject({ value: 0, low: 0, high: 0, pValue: 1 })
    expect(pairedMeans([2, 2, 2])).toMatchObject({ value: 2, pValue: 0 })
    expect(pairedMeans([2])).toBeNull()
    expect(pairedMeans([1, 2], ['a', 'a'])).toBeNull()
  })
})
