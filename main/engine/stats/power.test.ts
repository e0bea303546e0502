import { describe, expect, it } from 'vitest'
import { clusteredProportions, pairedProportions } from './paired.ts'
import { detectableRateDifference, effectiveSamples } from './power.ts'
import { createRng } from './rng.ts'

describe('what clusters are worth', () => {
  it('is the samples themselves where each has its own, and less the larger they are', () => {
    expect(effectiveSamples([])).toBe(0)
    expect(effectiveSamples([1, 1, 1, 1])).toBe(4)
    // Kish: 20 samples by tens with rho 0.05 have a design effect of 1 + 9 * 0.05.
    expect(effectiveSamples([10, 10])).toBeCloseTo(20 / 1.45, 12)
    expect(effectiveSamples([10, 10], 1)).toBeCloseTo(2, 12)
    expect(effectiveSamples([18, 2])).toBeLessThan(effectiveSamples([10, 10]))
  })

  it('agrees with the clustered error of pairs that resemble each other as assumed', () => {
    // A share of clusters moves as one: differences of one cluster then correlate by about that share.
    const { uniform } = createRng(7)
    const [clusters, size, correlation] = [400, 20, 0.3]
    const differences: number[] = []
    const names: string[] = []
    for (let cluster = 0; cluster < clusters; cluster++) {
      const shared = draw(uniform())
      const isAlike = uniform() < correlation
      for (let at = 0; at < size; at++) {
        differences.push(isAlike ? shared : draw(uniform()))
        names.push(String(cluster))
      }
    }
    const raised = differences.filter((value) => value > 0).length
    const lowered = differences.filter((value) => value < 0).length
    const n = differences.length
    const plain = pairedProportions({ n, raised, lowered })!
    const clustered = clusteredProportions(differences, names)!
    const worth = n * (plain.error / clustered.error) ** 2
    const assumed = effectiveSamples(Array<number>(clusters).fill(size), correlation)
    expect(worth / assumed).toBeGreaterThan(0.8)
    expect(worth / assumed).toBeLessThan(1.25)
  })

  it('makes a plan of many languages promise less than as many utterances', () => {
    const all = detectableRateDifference({ n: 52 * 2974, discordance: 0.1 })!
    const worth = effectiveSamples(Array<number>(2974).fill(52))
    const honest = detectableRateDifference({ n: worth, discordance: 0.1 })!
    expect(honest / all).toBeCloseTo(Math.sqrt(1 + 51 * 0.05), 1)
  })
})

function draw(uniform: number): number {
  return uniform < 0.1 ? 1 : uniform < 0.2 ? -1 : 0
}
