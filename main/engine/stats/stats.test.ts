import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { agreement } from './agreement.ts'
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
import {
  binomialCdf,
  chiSquareCdf,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from './distributions.ts'
import { clusterMeanInterval, meanInterval, ruleOfThree, wilsonInterval } from './intervals.ts'
import { clusterStandardError, correlation, mean, sampleVariance } from './moments.ts'
import { benjaminiHochberg, holm } from './multiplicity.ts'
import { mcnemar, mcnemarExact, mcnemarMidP, pairedMeans, pairedProportions } from './paired.ts'
import { detectableMeanDifference, detectableRateDifference } from './power.ts'
import { createRng } from './rng.ts'

interface Golden {
  normalCdf: [number, number][]
  normalQuantile: [number, number][]
  studentTCdf: [number, number, number][]
  studentTQuantile: [number, number, number][]
  chiSquareCdf: [number, number, number][]
  binomialCdf: [number, number, number, number][]
  wilson: [number, number, number, number][]
  mcnemarExact: [number, number, number][]
  mcnemarMidP: [number, number, number][]
  tango: [number, number, number, number, number][]
  holm: { pValues: number[]; adjusted: number[] }
  benjaminiHochberg: { pValues: number[]; adjusted: number[] }
  clustered: {
    values: number[]
    clusters: string[]
    mean: number
    error: number
    low: number
    high: number
  }
  pairedT: {
    first: number[]
    second: number[]
    pValue: number
    low: number
    high: number
    correlation: number
  }
  kappa: { table: [[number, number], [number, number]]; kappa: number }
}

/** Made by scripts/golden/make-stats-golden.py. */
const golden = JSON.parse(
  readFileSync(new URL('./fixtures/scipy-golden.json', import.meta.url), 'utf8'),
) as Golden

function expectClose(found: number | null, expected: number, what: string): void {
  const scale = Math.max(1e-300, Math.abs(expected))
  const off = Math.abs((found ?? NaN) - expected)
  expect(
    off <= 1e-10 || off / scale <= 1e-10,
    `${what}: ${String(found)} instead of ${expected}`,
  ).toBe(true)
}

describe('distributions against SciPy, 1e-10', () => {
  it('normal', () => {
    for (const [z, p] of golden.normalCdf) {
      expectClose(normalCdf(z), p, `normalCdf(${z})`)
      // The far tail must be right relatively too, or small p-values are noise.
      expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-10)
    }
    for (const [p, z] of golden.normalQuantile) expectClose(normalQuantile(p), z, `quantile(${p})`)
  })
  it('Student t', () => {
    for (const [t, v, p] of golden.studentTCdf) expectClose(studentTCdf(t, v), p, `t(${t}, ${v})`)
    for (const [p, v, t] of golden.studentTQuantile) {
      expectClose(studentTQuantile(p, v), t, `t quantile(${p}, ${v})`)
    }
  })
  it('chi-square and binomial', () => {
    for (const [x, v, p] of golden.chiSquareCdf) expectClose(chiSquareCdf(x, v), p, `chi2(${x})`)
    for (const [k, n, p, value] of golden.binomialCdf) {
      expectClose(binomialCdf({ k, n, p }), value, `binomial(${k}, ${n}, ${p})`)
    }
  })
})

describe('rng', () => {
  it('gives the published mulberry32 sequence', () => {
    const rng = createRng(42)
    const first = [rng.bits(), rng.bits(), rng.bits(), rng.bits(), rng.bits(), rng.bits()]
    expect(first).toEqual([2581720956, 1925393290, 3661312704, 2876485805, 750819978, 2261697747])
    expect(createRng(0).bits()).toBe(1144304738)
  })
  it('stays below the bound', () => {
    const rng = createRng(7)
    const seen = new Set(Array.from({ length: 200 }, () => rng.below(5)))
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4])
  })
})

describe('wilson', () => {
  it('gives the worked examples of 520 prompts', () => {
    const expected = [
      [0, 0, 0, 0.7333],
      [1, 0.1923, 0.034, 1.0812],
      [26, 5, 3.4347, 7.2253],
      [150, 28.8462, 25.1185, 32.884],
      [297, 57.1154, 52.8247, 61.3017],
    ] as const
    for (const [k, value, low, high] of expected) {
      const interval = wilsonInterval(k, 520)
      expect(interval.value! * 100).toBeCloseTo(value, 4)
      expect(interval.low! * 100).toBeCloseTo(low, 4)
      expect(interval.high! * 100).toBeCloseTo(high, 4)
    }
  })
  it('agrees with statsmodels and guards no samples', () => {
    for (const [k, n, low, high] of golden.wilson) {
      expectClose(wilsonInterval(k, n).low, low, `low ${k}/${n}`)
      expectClose(wilsonInterval(k, n).high, high, `high ${k}/${n}`)
    }
    expect(wilsonInterval(0, 0)).toEqual({ value: null, low: null, high: null })
  })
})

describe('means', () => {
  it('guards n = 0 and n = 1', () => {
    expect(mean([])).toBeNull()
    expect(sampleVariance([3])).toBeNull()
    expect(meanInterval([])).toEqual({ value: null, low: null, high: null })
    expect(meanInterval([3])).toEqual({ value: 3, low: null, high: null })
    expect(clusterMeanInterval([1, 2], ['a', 'a'])).toEqual({ value: 1.5, low: null, high: null })
    expect(ruleOfThree(0)).toBeNull()
    expect(ruleOfThree(300)).toBeCloseTo(0.01, 12)
  })
  it('has the cluster-robust error of statsmodels', () => {
    const { values, clusters, error, low, high } = golden.clustered
    expectClose(clusterStandardError(values, clusters)!.error, error, 'cluster error')
    const interval = clusterMeanInterval(values, clusters)
    expectClose(interval.low, low, 'cluster low')
    expectClose(interval.high, high, 'cluster high')
  })
  it('with clusters of one equals the plain interval', () => {
    const values = [1, 4, 2, 8, 5]
    const plain = meanInterval(values)
    const robust = clusterMeanInterval(values, ['a', 'b', 'c', 'd', 'e'])
    expectClose(robust.low, plain.low!, 'low')
    expectClose(robust.high, plain.high!, 'high')
  })
})

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

describe('many tests', () => {
  it('Holm and Benjamini-Hochberg agree with statsmodels, ties included', () => {
    for (const [name, adjust] of [
      ['holm', holm],
      ['benjaminiHochberg', benjaminiHochberg],
    ] as const) {
      const { pValues, adjusted } = golden[name]
      adjust(pValues).forEach((p, i) => expectClose(p, adjusted[i], `${name} ${i}`))
    }
    expect(holm([])).toEqual([])
  })
})

describe('power and agreement', () => {
  it('sees about 3 points with 1,000 pairs of 10% discordance', () => {
    const d = detectableRateDifference({ n: 1000, discordance: 0.1 })!
    expect(d).toBeGreaterThan(0.026)
    expect(d).toBeLessThan(0.03)
    // Connor's formula holds at the answer.
    const need = ((1.959964 * Math.sqrt(0.1) + 0.841621 * Math.sqrt(0.1 - d * d)) / d) ** 2
    expect(need).toBeCloseTo(1000, 1)
  })
  it('asks for more where the level is split over a family of tests', () => {
    const alone = detectableRateDifference({ n: 200, discordance: 0.2 }) ?? 0
    const ofTwenty = detectableRateDifference({ n: 200, discordance: 0.2, alpha: 0.05 / 20 }) ?? 0
    expect(ofTwenty).toBeGreaterThan(alone)
    // z(0.99875) = 3.02334, z(0.8) = 0.84162
    expect(detectableMeanDifference(0.1, 0.05 / 20)).toBeCloseTo(0.1 * (3.02334 + 0.84162), 4)
  })

  it('needs some discordant pairs even if none were seen, and never promises too much', () => {
    expect(detectableRateDifference({ n: 0, discordance: 0.1 })).toBeNull()
    expect(detectableRateDifference({ n: 3, discordance: 0 })).toBe(1)
    const d = detectableRateDifference({ n: 100, discordance: 0 })!
    expect(d).toBeGreaterThan(0.05)
    expect(d).toBeLessThan(0.09)
  })
  it('kappa agrees with statsmodels; sensitivity and specificity are shares of the reference', () => {
    const [[tp, fp], [fn, tn]] = golden.kappa.table
    const found = agreement({
      truePositive: tp,
      falsePositive: fp,
      falseNegative: fn,
      trueNegative: tn,
    })
    expectClose(found.kappa, golden.kappa.kappa, 'kappa')
    expect(found.sensitivity).toBeCloseTo(tp / (tp + fn), 12)
    expect(found.specificity).toBeCloseTo(tn / (tn + fp), 12)
    const none = agreement({ truePositive: 0, falsePositive: 0, falseNegative: 0, trueNegative: 0 })
    expect(none).toEqual({
      n: 0,
      sensitivity: null,
      specificity: null,
      accuracy: null,
      kappa: null,
    })
  })
})
