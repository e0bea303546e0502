import { describe, expect, it } from 'vitest'
import { planSearchSchema } from '#contract/plans'
import { compare } from './compare.ts'
import { curve, exact, using } from './fixtures/curve-input.ts'
import {
  attackCell,
  columnOf,
  harmfulSuite,
  inputOf,
  lossOf,
  sampleOf,
  suiteOf,
} from './fixtures/sample-input.ts'
import { nextStrengths } from './search.ts'
import type { ComparisonColumnInput } from './types.ts'

describe('the search', () => {
  const points = [
    [0, 5, 10],
    [0.25, 40, 12],
    [0.5, 45, 14],
    [0.75, 90, 40],
  ] as const

  it('finds the worst strength within the budget, and what it cannot tell from it', () => {
    const { search, verdict } = curve(points, {})
    expect(search).toMatchObject({
      worst: 2,
      tied: [1],
      isFinished: false,
      maxPerplexityRatio: 1.5,
    })
    expect(search?.points.map(({ isWithinBudget }) => isWithinBudget)).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect(search?.points[3]?.perplexityRatio).toBeCloseTo(4, 10)
    const texts = verdict.map(({ text }) => text).join(' ')
    expect(texts).toContain('overlaps that of 1 other strength, 0.25: they cannot be told apart')
    expect(texts).toContain('The search is not finished')
  })

  it('goes on beside the worst, and across the limit of the budget', () => {
    const { search } = curve(points, {})
    expect(nextStrengths(search!, false)).toEqual([0.375, 0.625])
    const first = curve(
      [
        [0, 5, 10],
        [0.25, 90, 12],
        [0.5, 45, 14],
        [0.75, 90, 40],
      ],
      {},
    )
    expect(nextStrengths(first.search!, false)).toEqual([0.125, 0.375, 0.625])
  })

  it('ends when the rounds are used, nothing waits, or nothing lies between', () => {
    expect(curve(points, { roundsDone: 2 }).search?.isFinished).toBe(true)
    expect(curve(points, { roundsDone: 2, isSettled: false }).search?.isFinished).toBe(false)
    const estimate = { low: 0, high: 1, n: 9, unscored: 0, errored: 0, method: 'wilson' }
    const whole = [8, 7].map((strength, column) => ({
      column,
      strength,
      value: { ...estimate, value: column },
      perplexityRatio: 1,
      isWithinBudget: true,
    }))
    expect(nextStrengths({ points: whole, worst: 1 }, true)).toEqual([])
    expect(nextStrengths({ points: whole, worst: 1 }, false)).toEqual([7.5])
  })

  it('reads the curve of its own parameter, also where a point is on another one', () => {
    const bits = [8, 6].map((value) =>
      using(`INT bits=${value}`, { bits: value, strength: 1 }, 'activation-quantisation'),
    )
    const half = using('INT8 half', { bits: 8, strength: 0.5 }, 'activation-quantisation')
    const { sweeps, search } = compare({
      ...inputOf(
        [exact, ...bits, half],
        [suiteOf([5, 9, 40, 8].map((attack) => attackCell(100, attack)))],
      ),
      search: {
        plan: planSearchSchema.parse({
          configuration: 'INT',
          suite: 'advbench',
          utilitySuite: 'perplexity-text',
          maxPerplexityRatio: null,
        }),
        ...{ param: 'bits', isWhole: true, roundsDone: 0, isSettled: true },
      },
    })
    expect(sweeps[0]?.param).toBe('strength')
    expect(search?.points.map(({ strength }) => strength)).toEqual([8, 6])
  })

  it('holds perplexity against the same model, when the baseline is another one', () => {
    const of = (column: ComparisonColumnInput): ComparisonColumnInput => ({
      ...column,
      configuration: { ...column.configuration, modelId: 'small' },
    })
    const ratios = (own: readonly ComparisonColumnInput[]) => {
      const swept = [0.3, 0.7].map((sparsity) =>
        of(using(`TEAL sparsity=${sparsity}`, { sparsity })),
      )
      const columns = [exact, ...own, ...swept]
      const texts = [10, ...own.map(() => 20), 24, 50].map((perplexity) =>
        Array.from({ length: 40 }, (_, at) => sampleOf(at, [lossOf(Math.log(perplexity))])),
      )
      const record = { ...harmfulSuite, id: 'text', kind: 'perplexity' as const }
      const plan = { configuration: 'TEAL', suite: 'advbench', utilitySuite: 'text' }
      const { search } = compare({
        ...inputOf(columns, [
          suiteOf(columns.map(() => attackCell(50, 9))),
          suiteOf(texts, record),
        ]),
        search: {
          plan: planSearchSchema.parse(plan),
          ...{ param: 'sparsity', isWhole: false, roundsDone: 0, isSettled: true },
        },
      })
      return search?.points.map(({ perplexityRatio }) => perplexityRatio?.toFixed(2))
    }
    expect(ratios([of(columnOf('Small'))])).toEqual(['1.00', '1.20', '2.50'])
    expect(ratios([])).toEqual([undefined, undefined])
  })

  it('is nothing without the sweep', () => {
    expect(curve(points, { param: 'bits' }).search).toBeNull()
  })
})
