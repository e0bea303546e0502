import { describe, expect, it } from 'vitest'
import { compareTokens, type ExactRow } from './float64-documents.ts'

const exact = Float32Array.from({ length: 400 }, (_, at) => -1 - (at % 7))

const expected: ExactRow = {
  row: 3,
  logProbs: Buffer.from(exact.buffer).toString('base64'),
  transformers: { sum: 1e-3, rms: 9e-6, largest: 3e-5 },
}

/** Log-probabilities that are away from the exact ones by what `away` says of each token. */
function rounded(away: (at: number) => number): number[] {
  return [...exact].map((value, at) => value + away(at))
}

describe('compareTokens', () => {
  it('accepts roundings to both sides', () => {
    const { figure, problems } = compareTokens(
      expected,
      rounded((at) => (at % 2 === 0 ? 4e-6 : -4e-6)),
    )
    expect(problems).toEqual([])
    expect(figure).toContain('document 3, 400 tokens: 4.0e-6 nats a token (transformers 9.0e-6)')
  })

  it.each([
    [
      'one token that is far away',
      rounded((at) => (at === 5 ? 2e-3 : 0)),
      ['row 3: a token is 2.0e-3 nats away', 'row 3: rounded by 1.0e-4, transformers by 0.000009'],
    ],
    [
      'roundings larger than the reference has',
      rounded((at) => (at % 2 === 0 ? 2e-5 : -2e-5)),
      ['row 3: rounded by 2.0e-5, transformers by 0.000009'],
    ],
    [
      'small roundings that all lean to one side',
      rounded(() => 5e-6),
      ['row 3: the sum leans by 2.0e-3, rounding explains 4.0e-4'],
    ],
    ['a value that is no number', rounded((at) => (at === 9 ? NaN : 0)), [/a token is NaN/]],
    ['a missing token', rounded(() => 0).slice(1), ['row 3: 399 tokens instead of 400']],
  ])('names %s', (_, found, problems) => {
    const report = compareTokens(expected, found)
    expect(report.problems.length).toBeGreaterThanOrEqual(problems.length)
    for (const [at, problem] of problems.entries()) expect(report.problems[at]).toMatch(problem)
  })
})
