import { describe, expect, it } from 'vitest'
import { mcnemarExact } from './paired.ts'
import { ratioDifference, ratioOf, type RatioParts } from './ratios.ts'
import { createRng } from './rng.ts'
import { signFlipTest } from './sign-flips.ts'

/** `n` ids of two slots each, all right; the second has those of `wrong` wrong. */
function losses(n: number, wrong: readonly number[]): [RatioParts, RatioParts] {
  const weights = new Float64Array(n).fill(4)
  const hits = new Float64Array(n).fill(4)
  return [
    { hits, weights },
    { hits: hits.map((hit, id) => (wrong.includes(id) ? hit - 2 : hit)), weights },
  ]
}

function idsUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, id) => id)
}

/** By its definition: every way, each ratio from the start. */
function byBruteForce(first: RatioParts, second: RatioParts): number {
  const n = first.hits.length
  const distance = (way: number) => {
    const side = (isSecond: boolean): RatioParts => {
      const from = (id: number) => (isSecond !== ((way >> id) & 1) > 0 ? second : first)
      return {
        hits: Float64Array.from(idsUpTo(n), (id) => from(id).hits[id]),
        weights: Float64Array.from(idsUpTo(n), (id) => from(id).weights[id]),
      }
    }
    return Math.abs((ratioOf(side(true)) ?? 0) - (ratioOf(side(false)) ?? 0))
  }
  const found = distance(0)
  const ways = 2 ** n
  return idsUpTo(ways).filter((way) => distance(way) >= found - 1e-12).length / ways
}

describe('signFlipTest', () => {
  it('of k equal losses is 2 / 2^k, however many ids stayed the same', () => {
    for (const k of [1, 2, 3, 4, 5, 6, 14]) {
      for (const n of [20, 400]) {
        expect(signFlipTest(...losses(n, idsUpTo(k))), `${k} of ${n}`).toBe(2 / 2 ** k)
      }
    }
  })

  it('is McNemar’s exact test where all changes are of one size', () => {
    const weights = new Float64Array(60).fill(1)
    const first = { hits: weights.map((_, id) => (id < 30 ? 1 : 0)), weights }
    for (const [raised, lowered] of [
      [0, 3],
      [1, 5],
      [4, 4],
      [2, 9],
    ]) {
      const hits = first.hits.map((hit, id) => {
        if (id < lowered) return 0
        return id >= 30 && id < 30 + raised ? 1 : hit
      })
      expect(signFlipTest(first, { hits, weights })).toBeCloseTo(mcnemarExact(raised, lowered), 12)
    }
  })

  it('is what counting every way by hand gives, with unequal sizes on both lines', () => {
    const rng = createRng(5)
    for (let round = 0; round < 20; round++) {
      const parts = (): RatioParts => {
        const weights = Float64Array.from({ length: 9 }, () => 1 + rng.below(6))
        return { weights, hits: weights.map((weight) => rng.below(weight + 1)) }
      }
      const [first, second] = [parts(), parts()]
      expect(signFlipTest(first, second)).toBeCloseTo(byBruteForce(first, second), 12)
    }
  })

  it('is 1 where nothing changed, and left to others where much did', () => {
    const [first] = losses(30, [])
    expect(signFlipTest(first, first)).toBe(1)
    expect(signFlipTest(...losses(30, idsUpTo(15)))).toBeNull()
  })
})

describe('the p-value of ratioDifference', () => {
  const draws = () => new Float64Array(1000)

  it('is the exact one for few changes, where normal theory promises too much', () => {
    const [first, second] = losses(200, [0, 1, 2, 3])
    const found = ratioDifference(first, second, { n: 200, draws })!
    expect(found.pValue).toBe(0.125)
    expect(found.method).toBe('paired bootstrap + sign flips')
    // What the linearised error would have said: t of about 2.
    expect(found.value / found.error).toBeCloseTo(-2, 1)
  })

  it('calls at most one in twenty of a few changes by chance a difference', () => {
    const rng = createRng(11)
    const weights = new Float64Array(50).fill(4)
    const first = { hits: new Float64Array(50).fill(2), weights }
    const rounds = 1000
    const pValues = Array.from({ length: rounds }, () => {
      const changed = 3 + rng.below(4)
      const hits = first.hits.map((hit, id) =>
        id < changed ? hit + (rng.uniform() < 0.5 ? 2 : -2) : hit,
      )
      return ratioDifference(first, { hits, weights }, { n: 50, draws })?.pValue ?? 0
    })
    expect(pValues.filter((p) => p < 0.05).length / rounds).toBeLessThan(0.05)
  })

  it('goes over to normal theory without a jump', () => {
    const exact = ratioDifference(...losses(1000, idsUpTo(14)), { n: 1000, draws })!
    const normal = ratioDifference(...losses(1000, idsUpTo(15)), { n: 1000, draws })!
    expect(exact.method).toBe('paired bootstrap + sign flips')
    expect(normal.method).toBe('paired bootstrap + delta')
    expect(normal.pValue).toBeLessThan(2 * exact.pValue)
    expect(normal.pValue).toBeGreaterThan(exact.pValue / 10)
  })
})
