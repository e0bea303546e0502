import { describe, expect, it } from 'vitest'
import type { Comparison, ComparisonMap, Difference } from '#contract/comparisons'
import type { ComparisonRow } from './compare-address.ts'
import { gridOf, harmOf, planWithout, sensitiveLayers } from './layer-map.ts'
import { frontOf, frontRows, savingText, shareSaved } from './pareto.ts'
import { pickColumns, shownColumns } from './pick-columns.ts'
import { curveOf, fromMildest, utilityRows } from './sweep-curves.ts'

const difference = (value: number, low: number, high: number) =>
  ({ value, low, high }) as Difference
const estimate = (value: number | null) => ({
  value,
  low: value === null ? null : value - 0.1,
  high: value === null ? null : value + 0.1,
  n: 50,
  unscored: 0,
  errored: 0,
  method: 'wilson',
})
const row = (
  name: string,
  cells: (number | null)[],
  differences: Difference[] = [],
  better: 'lower' | 'higher' = 'lower',
): ComparisonRow => ({
  suiteId: 's',
  suiteTitle: 'S',
  metric: { name, title: name, unit: 'rate', better, summary: '' },
  judge: 'j',
  scorer: 'j',
  variant: '',
  cells: cells.map((value, index) =>
    value === null
      ? null
      : { estimate: estimate(value), difference: differences[index - 1] ?? null },
  ),
})
const columns = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    letter: String(index),
    hash: `h${index}`,
    name: `c${index}`,
    isBaseline: index === 0,
  })) as Comparison['columns']
const comparison = (count: number, part: Partial<Comparison> = {}) =>
  ({
    columns: columns(count),
    suites: [],
    rows: [],
    breakdowns: [],
    sweeps: [],
    maps: [],
    search: null,
    analyses: [],
    ...part,
  }) as unknown as Comparison

describe('shown columns', () => {
  it('are all where they fit', () => {
    expect(shownColumns(comparison(12), ['h3'])).toHaveLength(12)
  })

  it('are baseline, strongest and what is in no sweep or map where there are many', () => {
    const sweep = { points: [0, 1, 2, 3].map((column) => ({ column, strength: column / 10 })) }
    const map = {
      cells: Array.from({ length: 9 }, (_, layer) => ({ column: 4 + layer, layer, input: null })),
      allLayers: 13,
    }
    const many = comparison(15, {
      sweeps: [sweep] as Comparison['sweeps'],
      maps: [map] as Comparison['maps'],
    })
    expect(shownColumns(many, [])).toEqual([0, 3, 13, 14])
    expect(shownColumns(many, ['h5', 'h6'])).toEqual([0, 5, 6])
  })

  it('are never more than can be read', () => {
    const shown = shownColumns(comparison(40), [])
    expect([shown.length, shown[0]]).toEqual([12, 0])
  })
})

describe('pickColumns', () => {
  it('picks the cells of every row together with the columns', () => {
    const picked = pickColumns(
      comparison(3, { rows: [row('attack_success', [0, 0.5, null])] }),
      [0, 2],
    )
    expect(picked.columns.map(({ hash }) => hash)).toEqual(['h0', 'h2'])
    expect(picked.rows[0]?.cells.map((cell) => cell?.estimate.value ?? null)).toEqual([0, null])
  })
})

describe('curves', () => {
  it('hold measured points in the unit that is shown', () => {
    const sweep = { points: [0, 1, 2].map((column) => ({ column, strength: column })) }
    expect(
      curveOf(sweep as Comparison['sweeps'][number], row('attack_success', [0.1, null, 0.5])),
    ).toMatchObject([
      { column: 0, value: 10, high: 20 },
      { column: 2, value: 50, low: 40 },
    ])
  })

  it('know that fewer bits change more', () => {
    const points = [4, 8, 6].map((strength, column) => ({ column, strength }))
    const ranked = (param: string) =>
      fromMildest({ param, points } as unknown as Comparison['sweeps'][number]).map(
        ({ strength }) => strength,
      )
    expect([ranked('bits'), ranked('sparsity')]).toEqual([
      [8, 6, 4],
      [4, 6, 8],
    ])
  })

  it('take perplexity for utility before accuracy, and no safety metric', () => {
    const rows = [
      row('accuracy', [], [], 'higher'),
      row('attack_success', []),
      row('refusal_margin', [], [], 'higher'),
      row('perplexity', []),
    ]
    expect(utilityRows(comparison(1, { rows })).map(({ metric }) => metric.name)).toEqual([
      'perplexity',
      'accuracy',
    ])
  })
})

describe('Pareto front', () => {
  const ref = (suiteId: string, metric: string) => ({ suiteId, metric, judge: 'j' })
  const rows = [ref('advbench', 'attack_success'), ref('text', 'perplexity')].map(
    ({ suiteId, metric, judge }) => ({ suiteId, metric: { name: metric }, judge }),
  ) as unknown as Comparison['rows']
  const points = [
    { column: 0, saving: 0, scale: null, isOnFront: true },
    { column: 1, saving: -8, scale: 'smoothquant.bits', isOnFront: true },
    { column: 2, saving: -4, scale: 'smoothquant.bits', isOnFront: false },
    { column: 3, saving: null, scale: null, isOnFront: true },
  ]
  const compared = comparison(4, {
    rows,
    pareto: {
      safety: ref('advbench', 'attack_success'),
      utility: ref('text', 'perplexity'),
      points: [],
      fronts: (['strength', 'speed'] as const).map((savingBy) => ({
        safety: ref('advbench', 'attack_success'),
        utility: ref('text', 'perplexity'),
        savingBy,
        points,
      })),
    },
  })

  it('offers the rows that fronts were found for, and finds the front of a choice', () => {
    expect(frontRows(compared, 'safety')).toEqual([rows[0]])
    expect(frontRows(compared, 'utility')).toEqual([rows[1]])
    const question = { safety: rows[0]!, utility: rows[1]! }
    expect(frontOf(compared, { ...question, savingBy: 'speed' })?.savingBy).toBe('speed')
    expect(frontOf(comparison(4, { rows }), { ...question, savingBy: 'speed' })).toBeNull()
  })

  it('says savings as text and as a share of the most on their scale', () => {
    expect(points.map(savingText)).toEqual(['unchanged', 'bits 8', 'bits 4', ''])
    expect(points.map((point) => shareSaved(point, points))).toEqual([0, 0.5, 1, null])
    const speeds = [30, 40].map((saving) => ({ saving, scale: 'tokens-per-second' }))
    expect(speeds.map(savingText)).toEqual(['30.0 tokens/s', '40.0 tokens/s'])
    expect(speeds.map((speed) => shareSaved(speed, speeds))).toEqual([0.75, 1])
  })
})

describe('layer map', () => {
  const map = {
    cells: [
      { column: 1, layer: 0, input: null },
      { column: 2, layer: 1, input: null },
      { column: 3, layer: 2, input: null },
      { column: 4, layer: 3, input: null },
    ],
    allLayers: null,
  } as unknown as ComparisonMap
  const differences = [
    difference(0.1, 0.02, 0.2),
    difference(0.3, -0.1, 0.7),
    difference(0.2, 0.1, 0.3),
    difference(-0.2, -0.3, -0.1),
  ]

  it('names the layers that do harm beyond the noise, the worst first', () => {
    const grid = gridOf(map, row('attack_success', [0, 0.1, 0.3, 0.2, 0], differences))
    expect(grid.layers).toEqual([0, 1, 2, 3])
    expect(sensitiveLayers(grid, 'lower')).toEqual([2, 0])
    expect(sensitiveLayers(grid, 'higher')).toEqual([3])
    expect(harmOf(-2, 'higher')).toBe(2)
  })

  it('makes a plan that leaves layers out and keeps everything else', () => {
    const configuration = {
      modelId: 'm',
      interventions: [
        { id: 'activation-sparsity', params: { sparsity: 0.5, fromLayer: 2, toLayer: 2 } },
      ],
    }
    const [baseline, mapped] = [
      { name: 'Baseline', configuration: { ...configuration, interventions: [] } },
      { name: 'layer 2', configuration },
    ] as unknown as Comparison['columns']
    const plan = planWithout({
      baseline: baseline!,
      mapped: mapped!,
      layers: [4, 1],
      inputs: [],
      suites: [],
    })
    expect(plan.configurations.map(({ interventions }) => interventions[0]?.params)).toEqual([
      undefined,
      { sparsity: 0.5, fromLayer: 0, toLayer: null, exceptLayers: [] },
      { sparsity: 0.5, fromLayer: 0, toLayer: null, exceptLayers: [1, 4] },
    ])
    expect(new Set(plan.configurations.map(({ name }) => name)).size).toBe(3)
  })
})
