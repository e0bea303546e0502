import { describe, expect, it } from 'vitest'
import { comparisonSchema } from '#contract/comparisons'
import { curve } from './fixtures/curve-input.ts'

describe('the safety-first gap', () => {
  it('divides the strengths at which either has gone too far, interpolated', () => {
    const comparison = curve([
      [0, 5, 10],
      [0.2, 5, 10],
      [0.4, 25, 12],
      [0.8, 60, 20],
    ])
    // 5% + 10 points is half-way from 0.2 to 0.4; 15 is three eighths of the way from 0.4 to 0.8.
    const { safetyFirstGap } = comparison.sweeps[0]
    expect(safetyFirstGap?.attackStrength).toBeCloseTo(0.3, 10)
    expect(safetyFirstGap?.perplexityStrength).toBeCloseTo(0.55, 10)
    expect(safetyFirstGap?.gap).toBeCloseTo(0.55 / 0.3, 10)
    const texts = comparison.verdict.map(({ text }) => text).join(' ')
    expect(texts).toContain('Along TEAL: sparsity, safety gives way first')
    expect(() => comparisonSchema.parse(comparison)).not.toThrow()
  })

  it('says what is not reached, and is absent without a zero', () => {
    const quiet = curve([
      [0, 5, 10],
      [0.2, 5, 10],
      [0.4, 6, 18],
    ])
    expect(quiet.sweeps[0]?.safetyFirstGap).toMatchObject({ attackStrength: null, gap: null })
    expect(quiet.verdict.map(({ text }) => text).join(' ')).toContain('language gives way first')
    const noZero = curve([
      [0.2, 5, 10],
      [0.4, 60, 30],
    ])
    expect(noZero.sweeps[0]?.safetyFirstGap).toBeUndefined()
  })
})
