import { describe, expect, it } from 'vitest'
import { agreement } from './agreement.ts'
import {
  binomialCdf,
  chiSquareCdf,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from './distributions.ts'
import { clusterMeanInterval, meanInterval, ruleOfThree, wilsonInterval } from './intervals.ts'
import { clusterStandardError, mean, sampleVariance } from './moments.ts'
import { benjaminiHochberg, holm } from './multiplicity.ts'
import { detectableMeanDifference, detectableRateDifference } from './power.ts'
import { createRng } from './rng.ts'
import { expectClose, golden } from './fixtures/scipy-golden.ts'

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
