import { describe, expect, it } from 'vitest'
import { clusterWilsonInterval, wilsonInterval } from './intervals.ts'
import { clusteredProportions, pairedMeans, pairedProportions } from './paired.ts'

const tens = (count: number, size = 10) =>
  Array.from({ length: count * size }, (_, index) => `c${Math.floor(index / size)}`)

describe('rates of samples that come in clusters', () => {
  it('are as uncertain as the clusters are few when all of a cluster agree', () => {
    // 20 clusters of 10 with one value each: 200 samples say as little as 20, a little less by t on 19.
    const values = tens(20).map((name) => (Number(name.slice(1)) < 5 ? 1 : 0))
    const interval = clusterWilsonInterval(values, tens(20))
    const twenty = wilsonInterval(5, 20)
    expect(interval.value).toBe(0.25)
    expect(interval.low!).toBeLessThan(twenty.low!)
    expect(interval.high!).toBeGreaterThan(twenty.high!)
    // Design effect 10 * 20 / 19 (G / (G - 1) is in the robust variance), (1.95996 / 2.09302)^2 for t on 19.
    const effective = (200 / (10 * (20 / 19))) * (1.959964 / 2.093024) ** 2
    expect(interval.high!).toBeCloseTo(wilsonInterval(0.25 * effective, effective).high!, 5)
  })

  it('are never told more exactly than without clusters', () => {
    // Each cluster holds the same mixture, so that clusters vary less than chance would.
    const values = tens(20).map((_, index) => (index % 2 === 0 ? 1 : 0))
    const interval = clusterWilsonInterval(values, tens(20))
    const plain = wilsonInterval(100, 200)
    expect(interval.low!).toBeLessThan(plain.low!)
    expect(interval.high!).toBeGreaterThan(plain.high!)
  })

  it('keep an interval at both ends', () => {
    const none = clusterWilsonInterval(
      tens(20).map(() => 0),
      tens(20),
    )
    expect(none).toMatchObject({ value: 0, low: 0 })
    expect(none.high!).toBeGreaterThan(wilsonInterval(0, 200).high!)
    expect(none.high!).toBeLessThan(0.05)
    const all = clusterWilsonInterval(
      tens(20).map(() => 1),
      tens(20),
    )
    expect(all.high).toBe(1)
    expect(clusterWilsonInterval([], [])).toEqual({ value: null, low: null, high: null })
    expect(clusterWilsonInterval([1, 0], ['a', 'a'])).toEqual(wilsonInterval(1, 2))
  })
})

describe('differences of paired rates in clusters', () => {
  it('take the more cautious answer at each end', () => {
    // All 10 pairs of one cluster were raised: McNemar sees 10 to 0, the clusters see one odd cluster of 20.
    const differences = tens(20).map((name) => (name === 'c0' ? 1 : 0))
    const found = clusteredProportions(differences, tens(20))!
    const plain = pairedProportions({ n: 200, raised: 10, lowered: 0 })!
    const robust = pairedMeans(differences, tens(20))!
    expect(plain.pValue).toBeLessThan(0.01)
    expect(found.pValue).toBe(robust.pValue)
    expect(found.pValue).toBeGreaterThan(0.3)
    expect(found.low).toBe(Math.min(plain.low, robust.low))
    expect(found.high).toBe(Math.max(plain.high, robust.high))
    expect(found.value).toBe(plain.value)
  })

  it('keep McNemar where few pairs flipped, one in a cluster', () => {
    const differences = tens(20).map((_, index) => (index % 70 === 0 ? 1 : 0))
    const found = clusteredProportions(differences, tens(20))!
    // Three flips in three clusters: t alone would call that nearly detected.
    expect(found.pValue).toBe(0.25)
  })

  it('stay open when nothing flipped, and are null without pairs', () => {
    const found = clusteredProportions(
      tens(20).map(() => 0),
      tens(20),
    )!
    expect(found.pValue).toBe(1)
    expect(found.high).toBeGreaterThan(0)
    expect(clusteredProportions([], [])).toBeNull()
  })
})
