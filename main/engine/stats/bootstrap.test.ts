import { describe, expect, it } from 'vitest'
import {
  bootstrapMean,
  bootstrapPairedMeans,
  createResampler,
  lossInterval,
  pairedLosses,
  pairedPerplexities,
  perplexityInterval,
  type WeightedSample,
} from './bootstrap.ts'
import { meanInterval } from './intervals.ts'
import { mean } from './moments.ts'
import { createRng } from './rng.ts'

describe('bootstrap', () => {
  const values = Array.from({ length: 200 }, (_, i) => Math.sin(i * 12.9898) * 3 + 1)
  it('repeats with its seed and resembles the t interval', () => {
    const once = bootstrapMean(values, { seed: 3 })
    expect(bootstrapMean(values, { seed: 3 })).toEqual(once)
    const t = meanInterval(values)
    expect(Math.abs(once.low! - t.low!)).toBeLessThan(0.05)
    expect(Math.abs(once.high! - t.high!)).toBeLessThan(0.05)
    expect(bootstrapMean([], { seed: 1 }).value).toBeNull()
    expect(bootstrapMean([4], { seed: 1 })).toEqual({ value: 4, low: null, high: null })
  })
  it('p-value and interval of a paired mean agree about zero', () => {
    const clear = bootstrapPairedMeans(values, { seed: 5 })!
    expect(clear.low).toBeGreaterThan(0)
    expect(clear.pValue).toBeLessThan(0.05)
    const centered = bootstrapPairedMeans(
      values.map((value) => value - mean(values)!),
      { seed: 5 },
    )!
    expect(centered.pValue).toBeGreaterThan(0.5)
  })
  it('perplexity weights samples by tokens', () => {
    const blocks = [2, 2.2, 1.8].map((nll) => ({ total: nll * 1023, weight: 1023 }))
    expect(perplexityInterval(blocks, createResampler({ seed: 1 })).value).toBeCloseTo(7.389056, 6)
    const uneven = [
      { total: 10, weight: 10 },
      { total: 2, weight: 1 },
    ]
    expect(perplexityInterval(uneven, createResampler({ seed: 1 })).value).toBeCloseTo(
      Math.exp(12 / 11),
      12,
    )
    expect(perplexityInterval([], createResampler({ seed: 1 })).value).toBeNull()
  })
  it('equal perplexities differ by nothing, larger ones are seen', () => {
    const first: WeightedSample[] = values.map((value) => ({ total: 200 + value, weight: 100 }))
    const worse = first.map(({ total, weight }, i) => ({ total: total + 3 + (i % 2), weight }))
    const same = pairedPerplexities(first, first, createResampler({ seed: 2 }))!
    expect(same).toMatchObject({ value: 0, low: 0, high: 0, pValue: 1 })
    const moved = pairedPerplexities(first, worse, createResampler({ seed: 2 }))!
    expect(moved.low).toBeGreaterThan(0)
    expect(moved.pValue).toBeLessThan(0.001)
  })
  it('losses are the logarithms of perplexities, their differences quotients', () => {
    for (const n of [8, 40, 501]) {
      const first: WeightedSample[] = Array.from({ length: n }, (_, i) => ({
        total: 200 + (values[i % values.length] ?? 0),
        weight: 100,
      }))
      const worse = first.map(({ total, weight }, i) => ({ total: total + 3 + (i % 2), weight }))
      const resampler = createResampler({ seed: 2 })
      const perplexity = perplexityInterval(first, resampler)
      const loss = lossInterval(first, resampler)
      expect(loss.value).toBeCloseTo(Math.log(perplexity.value!), 12)
      expect(loss.low).toBeCloseTo(Math.log(perplexity.low!), 12)
      expect(pairedLosses(first, first, resampler)).toMatchObject({ value: 0, pValue: 1 })
      const moved = pairedLosses(first, worse, resampler)!
      const parts = worse.reduce((sum, { total }, i) => sum + total - first[i].total, 0)
      expect(moved.value).toBeCloseTo(parts / (100 * n), 12)
      expect(moved.low).toBeGreaterThan(0.029)
      expect(moved.high).toBeLessThan(0.041)
    }
  })
  it('keeps its level with few samples: about 5% of equal perplexities are called different', () => {
    const rng = createRng(11)
    let false95 = 0
    const rounds = 600
    for (let round = 0; round < rounds; round++) {
      const first = Array.from({ length: 8 }, () => ({
        total: 600 + 80 * rng.uniform(),
        weight: 200,
      }))
      const second = first.map(({ total, weight }) => ({
        total: total + 8 * (rng.uniform() - 0.5),
        weight,
      }))
      if (pairedPerplexities(first, second, createResampler({ seed: round }))!.pValue < 0.05)
        false95++
    }
    expect(false95 / rounds).toBeGreaterThan(0.02)
    expect(false95 / rounds).toBeLessThan(0.08)
  })
  it('the linearised interval of many samples agrees with the bootstrap of fewer', () => {
    const make = (n: number): WeightedSample[] =>
      Array.from({ length: n }, (_, i) => ({
        total: 100 + 20 * Math.sin(i * 78.233),
        weight: 40 + (i % 3),
      }))
    const few = perplexityInterval(make(499), createResampler({ seed: 9 }))
    const many = perplexityInterval(make(501), createResampler({ seed: 9 }))
    expect([few.method, many.method]).toEqual(['bootstrap', 'delta'])
    const ratio = (few.high! - few.low!) / (many.high! - many.low!)
    expect(ratio).toBeGreaterThan(0.93)
    expect(ratio).toBeLessThan(1.07)
  })
})
