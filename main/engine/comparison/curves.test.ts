import { describe, expect, it } from 'vitest'
import { comparisonSchema, type Comparison } from '#contract/comparisons'
import { planSearchSchema } from '#contract/plans'
import type { Json } from '#contract/json'
import { compare, letterAt } from './compare.ts'
import {
  attackCell,
  columnOf,
  harmfulSuite,
  inputOf,
  lossOf,
  sampleOf,
  suiteOf,
} from './fixtures/sample-input.ts'
import { findMaps } from './layer-maps.ts'
import { paretoOf } from './pareto.ts'
import { nextStrengths, type SearchInput } from './search.ts'
import { findSweeps } from './sweeps.ts'
import type { ComparisonColumnInput } from './types.ts'

function using(name: string, params: Record<string, Json>, id = 'activation-sparsity') {
  const plain = columnOf(name)
  return {
    ...plain,
    configuration: { ...plain.configuration, interventions: [{ id, params }] },
  }
}

const exact = columnOf('Exact')

/** A curve over sparsity: attack success in percent of 100 samples, and perplexity, by strength. */
function curve(
  points: readonly (readonly [strength: number, attack: number, perplexity: number])[],
  search: Partial<SearchInput> | null = null,
): Comparison {
  const columns = points.map(([strength]) =>
    strength === 0 ? exact : using(`TEAL sparsity=${strength}`, { sparsity: strength }),
  )
  const text = points.map(([, , perplexity]) =>
    Array.from({ length: 40 }, (_, at) => sampleOf(at, [lossOf(Math.log(perplexity))])),
  )
  return compare({
    ...inputOf(columns, [
      suiteOf(points.map(([, attack]) => attackCell(100, attack))),
      suiteOf(text, {
        ...harmfulSuite,
        id: 'perplexity-text',
        title: 'Plain text',
        kind: 'perplexity',
        scorers: [{ id: 'perplexity', variant: 'token' }],
      }),
    ]),
    search:
      search === null
        ? null
        : {
            plan: planSearchSchema.parse({
              configuration: 'TEAL',
              suite: 'advbench',
              utilitySuite: 'perplexity-text',
            }),
            param: 'sparsity',
            isWhole: false,
            roundsDone: 0,
            isSettled: true,
            ...search,
          },
  })
}

describe('sweeps', () => {
  it('joins columns that differ in one number, by rising strength, the baseline at zero', () => {
    const columns = [
      using('TEAL sparsity=0.7', { sparsity: 0.7 }),
      exact,
      using('TEAL sparsity=0.3', { sparsity: 0.3 }),
    ]
    expect(findSweeps(columns, new Set())).toEqual([
      {
        title: 'TEAL: sparsity',
        interventionId: 'activation-sparsity',
        param: 'sparsity',
        points: [
          { column: 1, strength: 0 },
          { column: 2, strength: 0.3 },
          { column: 0, strength: 0.7 },
        ],
      },
    ])
  })

  it('needs two strengths, and everything else equal', () => {
    expect(findSweeps([exact, using('a', { sparsity: 0.5 })], new Set())).toEqual([])
    const other = using('b', { sparsity: 0.7, inputs: ['down'] })
    expect(findSweeps([exact, using('a', { sparsity: 0.5 }), other], new Set())).toEqual([])
    // A parameter that was not stored had its default.
    const same = using('b', { sparsity: 0.7, thresholdRule: 'absolute' })
    expect(findSweeps([using('a', { sparsity: 0.5 }), same], new Set())).toHaveLength(1)
  })

  it('has no zero where single layers keep a strength of their own', () => {
    const budget = (sparsity: number) =>
      using(`TEAL sparsity=${sparsity}`, { sparsity, strengthByLayer: { '1': 0.6 } })
    const [sweep] = findSweeps([exact, budget(0.3), budget(0.5)], new Set())
    expect(sweep?.points.map(({ column }) => column)).toEqual([1, 2])
  })

  it('orders bits from many to few, without a zero', () => {
    const bits = [4, 8, 6].map((value) =>
      using(`INT bits=${value}`, { bits: value }, 'activation-quantisation'),
    )
    const [sweep] = findSweeps([exact, ...bits], new Set())
    expect(sweep?.points.map(({ strength }) => strength)).toEqual([8, 6, 4])
  })

  it('is no curve over layers, seeds, or the cells of a map', () => {
    const layers = [0, 1, 2].map((layer) => using(`x${layer}`, { fromLayer: layer }))
    expect(findSweeps(layers, new Set())).toEqual([])
    const cells = [0.3, 0.6].map((sparsity) =>
      using(`y${sparsity}`, { sparsity, fromLayer: 1, toLayer: 1 }),
    )
    expect(findSweeps(cells, new Set())).toHaveLength(1)
    expect(findSweeps(cells, new Set([0, 1]))).toEqual([])
  })
})

describe('maps', () => {
  const cell = (layer: number, params: Record<string, Json> = {}) =>
    using(`TEAL @${layer}`, { fromLayer: layer, toLayer: layer, ...params })

  it('joins columns that differ in their layer, and finds the one of all layers', () => {
    expect(findMaps([exact, cell(0), cell(1), using('TEAL', {})])).toEqual([
      {
        title: 'TEAL',
        interventionId: 'activation-sparsity',
        cells: [
          { column: 1, layer: 0, input: null },
          { column: 2, layer: 1, input: null },
        ],
        allLayers: 3,
      },
    ])
  })

  it('tells kinds of input apart', () => {
    const down = { inputs: ['down'] }
    const qkv = { inputs: ['qkv'] }
    const [map] = findMaps([exact, cell(0, down), cell(0, qkv), cell(1, down), using('all', {})])
    expect(map?.cells.map(({ layer, input }) => `${layer} ${input ?? 'all'}`)).toEqual([
      '0 down',
      '0 qkv',
      '1 down',
    ])
    expect(map?.allLayers).toBe(4)
  })

  it('is no map of one cell, or of different strengths', () => {
    expect(findMaps([exact, cell(0)])).toEqual([])
    expect(findMaps([cell(0, { sparsity: 0.3 }), cell(1, { sparsity: 0.5 })])).toEqual([])
  })
})

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

describe('the Pareto front', () => {
  it('keeps what no other one beats in safety, utility and saving', () => {
    const { pareto } = curve([
      [0, 10, 10],
      [0.25, 12, 11],
      [0.5, 60, 30],
      [0.75, 40, 20],
    ])
    expect(pareto?.points.map(({ saving, isOnFront }) => [saving, isOnFront])).toEqual([
      [0, true],
      [0.25, true],
      // More is saved at 0.75, with less harm and less loss.
      [0.5, false],
      [0.75, true],
    ])
    expect(pareto?.points[1]?.scale).toBe('activation-sparsity.sparsity')
  })

  it('counts bits as the saving, where the strength of their error is swept as well', () => {
    const grid = [
      [8, 0.5],
      [4, 0.5],
      [8, 1],
      [4, 1],
    ].map(([bits, strength]) =>
      using(`INT bits=${bits} strength=${strength}`, { bits, strength }, 'activation-quantisation'),
    )
    const perplexities = [10, 11, 13, 12, 20]
    const texts = perplexities.map((perplexity) =>
      [0, 1].map((at) => sampleOf(at, [lossOf(Math.log(perplexity))])),
    )
    const record = { ...harmfulSuite, id: 'text', kind: 'perplexity' as const }
    const attacks = suiteOf([5, 6, 8, 7, 30].map((attack) => attackCell(100, attack)))
    const { pareto } = compare(inputOf([exact, ...grid], [attacks, suiteOf(texts, record)]))
    expect(pareto?.points.map(({ saving }) => saving)).toEqual([0, -8, -4, -8, -4])
    // The whole error at 8 bits saves no more than half of it does.
    expect(pareto?.points.map(({ isOnFront }) => isOnFront)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  it('lets no model be beaten by the perplexity per token of another', () => {
    const small = columnOf('Small')
    const other = { ...small, configuration: { ...small.configuration, modelId: 'small' } }
    const texts = [10, 30].map((perplexity) =>
      [0, 1].map((at) => sampleOf(at, [lossOf(Math.log(perplexity))])),
    )
    const record = { ...harmfulSuite, id: 'text', kind: 'perplexity' as const }
    const attacks = suiteOf([5, 9].map((attack) => attackCell(50, attack)))
    const front = (columns: readonly ComparisonColumnInput[]) =>
      compare(inputOf(columns, [attacks, suiteOf(texts, record)])).pareto?.points.map(
        ({ isOnFront }) => isOnFront,
      )
    expect(front([exact, other])).toEqual([true, true])
    expect(front([exact, { ...small, hash: 'same model' }])).toEqual([true, false])
  })

  it('is absent without safety or utility', () => {
    expect(paretoOf({ columns: [], rows: [], sweeps: [], mapped: new Set() })).toBeNull()
    expect(compare(inputOf([exact], [suiteOf([attackCell(9, 1)])])).pareto).toBeUndefined()
  })
})

describe('many columns', () => {
  it('letters them as a spreadsheet does', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(letterAt)).toEqual([
      'A',
      'Z',
      'AA',
      'AZ',
      'BA',
      'ZZ',
      'AAA',
    ])
  })

  it('says which columns ran other parts of a suite, by what arithmetic, and with which template', () => {
    const environment = exact.environments[0]
    const gpu: ComparisonColumnInput = {
      ...using('B', { sparsity: 0.5 }),
      environments: [{ ...environment, arithmetic: 'TF32', chatTemplateHash: 'b'.repeat(64) }],
    }
    const base: ComparisonColumnInput = {
      ...exact,
      environments: [{ ...environment, arithmetic: 'float32', chatTemplateHash: 'a'.repeat(64) }],
    }
    const suite = suiteOf([attackCell(50, 1), attackCell(40, 1)])
    const [first, second] = suite.cells
    const comparison = compare(
      inputOf(
        [base, gpu],
        [{ ...suite, cells: [first!, { ...second!, options: { ...suite.options, limit: 40 } }] }],
      ),
    )
    const texts = comparison.verdict.map(({ text }) => text).join('\n')
    expect(texts).toContain('arithmetic (float32, TF32)')
    expect(texts).toContain('2 different chat templates (aaaaaaaaaaaa, bbbbbbbbbbbb)')
    expect(texts).toContain('Not all columns ran the same part of AdvBench: A Exact all samples;')
  })
})
