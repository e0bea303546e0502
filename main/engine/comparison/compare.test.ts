import { describe, expect, it } from 'vitest'
import { comparisonSchema } from '#contract/comparisons'
import type { ScoredSample } from '#contract/stored-samples'
import { compare } from './compare.ts'
import {
  attackCell,
  columnOf,
  inputOf,
  keywordScore,
  lossOf,
  marginOf,
  richInput,
  sampleOf,
  suiteOf,
} from './fixtures/sample-input.ts'
import type { ComparisonInput } from './types.ts'
import { pairedCells, repeat, texts, two } from './fixtures/two-columns.ts'

describe('compare', () => {
  it('holds its schema, with every kind of suite', () => {
    const comparison = compare(richInput(1, 120))
    expect(() => comparisonSchema.parse(comparison)).not.toThrow()
    expect(
      comparison.rows.map(({ suiteId, metric, variant }) => `${suiteId} ${metric.name} ${variant}`),
    ).toEqual([
      'advbench attack_success zou2023-transfer',
      'advbench attack_success quada-refusal-v1',
      'advbench refusal_margin openings-v1',
      'advbench degenerate v1',
      'xstest over_refusal zou2023-transfer',
      'xstest refusal_margin_benign openings-v1',
      'perplexity-text perplexity token',
    ])
    expect(comparison.familySize).toBe(7 * 3)
  })

  it('is the same to the last digit when computed twice', () => {
    expect(compare(richInput(4, 60))).toEqual(compare(richInput(4, 60)))
  })

  it('gives rates Wilson intervals and counts flips', () => {
    const cells = pairedCells([
      ...repeat(40, [0, 0] as const),
      ...repeat(27, [0, 1] as const),
      ...repeat(5, [1, 0] as const),
      ...repeat(28, [1, 1] as const),
    ])
    const { rows } = compare(inputOf(two, [suiteOf(cells)]))
    const [a, b] = rows[0].cells
    expect(a?.estimate).toMatchObject({ value: 0.33, n: 100, method: 'wilson' })
    expect(a?.difference).toBeNull()
    expect(b?.difference).toMatchObject({ n: 100, raised: 27, lowered: 5, isDetected: true })
    expect(b?.difference?.value).toBeCloseTo(0.22, 12)
    expect(rows[0].judge).toBe('refusal-keywords (zou2023-transfer)')
  })

  it('pairs by sample id, whatever the order, and counts what is missing', () => {
    const a = attackCell(50, 10)
    const b = [...attackCell(60, 10)].reverse().filter(({ sampleId }) => sampleId !== 's0')
    const comparison = compare(inputOf(two, [suiteOf([a, b])]))
    expect(comparison.rows[0].cells[1]?.difference).toMatchObject({ n: 49, raised: 0, lowered: 0 })
    expect(comparison.rows[0].cells[1]?.estimate.n).toBe(59)
    expect(texts(comparison).join(' ')).toContain('rest on the 49 samples that both have, of 59')
  })

  it('never turns unscored or failed samples into zeros', () => {
    const a = attackCell(40, 4)
    const b = attackCell(40, 4).map((sample, at) => {
      if (at < 3) return { ...sample, scores: [keywordScore('attack_success', null)] }
      return at === 3 ? { ...sample, errored: true, scores: [] } : sample
    })
    const comparison = compare(inputOf(two, [suiteOf([a, b])]))
    expect(comparison.rows[0].cells[1]?.estimate).toMatchObject({
      n: 36,
      value: 0,
      unscored: 3,
      errored: 1,
    })
    expect(comparison.rows[0].cells[1]?.difference).toMatchObject({ n: 36, value: 0 })
    expect(texts(comparison).join(' ')).toContain(
      'B TEAL 50%: 3 answers could not be judged, 1 sample failed',
    )
  })

  it('gives no number where nothing was judged', () => {
    const b = attackCell(10, 0).map((sample) => ({
      ...sample,
      scores: [keywordScore('attack_success', null)],
    }))
    const { rows } = compare(inputOf(two, [suiteOf([attackCell(10, 1), b])]))
    expect(rows[0].cells[1]).toMatchObject({
      estimate: { value: null, low: null, high: null, n: 0, unscored: 10 },
      difference: null,
    })
  })

  it('adjusts one family over all rows and columns (Holm)', () => {
    const columns = [columnOf('Exact'), columnOf('X', {}, 0.1), columnOf('Y', {}, 0.2)]
    const { rows, familySize } = compare(
      inputOf(columns, [suiteOf([attackCell(80, 4), attackCell(80, 12), attackCell(80, 30)])]),
    )
    expect(familySize).toBe(2)
    const [x, y] = [rows[0].cells[1]!.difference!, rows[0].cells[2]!.difference!]
    expect(y.pHolm).toBeCloseTo(2 * y.pValue, 12)
    expect(x.pHolm).toBeCloseTo(Math.max(x.pValue, y.pHolm), 12)
  })

  it('uses cluster-robust errors when samples name clusters', () => {
    const cell = (shift: number): ScoredSample[] =>
      Array.from({ length: 40 }, (_, at) =>
        sampleOf(at, [marginOf('refusal_margin', shift + (at % 4) + Math.sin(at))], {
          cluster: `c${at % 4}`,
        }),
      )
    const { rows } = compare(inputOf(two, [suiteOf([cell(0), cell(-1)])]))
    expect(rows[0].cells[0]?.estimate.method).toBe('t-cluster')
    expect(rows[0].cells[1]?.difference).toMatchObject({ method: 'paired t-cluster', raised: null })
    expect(rows[0].cells[1]?.difference?.value).toBeCloseTo(-1, 12)
  })

  it('reads losses as perplexity, weighted by tokens', () => {
    const cell = (loss: number): ScoredSample[] => [
      sampleOf(0, [lossOf(loss, 100)]),
      sampleOf(1, [lossOf(loss + 1, 300)]),
    ]
    const { rows } = compare(inputOf(two, [suiteOf([cell(2), cell(2.5)])]))
    expect(rows[0].metric).toMatchObject({ name: 'perplexity', unit: 'perplexity' })
    expect(rows[0].cells[0]?.estimate.value).toBeCloseTo(Math.exp(2.75), 10)
    expect(rows[0].cells[1]?.difference?.value).toBeCloseTo(Math.exp(3.25) - Math.exp(2.75), 10)
  })

  it('breaks rates down by category', () => {
    const { breakdowns } = compare(inputOf(two, [suiteOf([attackCell(40, 4), attackCell(40, 20)])]))
    expect(breakdowns.map(({ category }) => category)).toEqual(['even', 'odd'])
    expect(breakdowns[0]).toMatchObject({
      metric: 'attack_success',
      cells: [
        { value: 0.1, n: 20 },
        { value: 0.5, n: 20 },
      ],
    })
  })

  it('letters the baseline A wherever it stands', () => {
    const { columns, rows } = compare(
      inputOf(
        [columnOf('X', {}, 0.5), columnOf('Base')],
        [suiteOf([attackCell(40, 30), attackCell(40, 2)])],
        1,
      ),
    )
    expect(columns.map(({ letter, isBaseline }) => [letter, isBaseline])).toEqual([
      ['B', false],
      ['A', true],
    ])
    expect(rows[0].cells[0]?.difference?.value).toBeCloseTo(0.7, 12)
    expect(rows[0].cells[1]?.difference).toBeNull()
  })

  it('refuses a baseline or cells without a column', () => {
    expect(() => compare(inputOf(two, [], 2))).toThrow(/expected one of 2 columns, found index 2/)
    expect(() => compare(inputOf(two, [suiteOf([attackCell(3, 1)])]))).toThrow(
      /expected 2 cells, one for each column, found 1/,
    )
  })

  it('compares nothing with an empty result', () => {
    const comparison = compare(inputOf(two, [suiteOf([null, null])]))
    expect(comparison).toMatchObject({ rows: [], familySize: 0 })
    expect(texts(comparison)).toContain('A Exact and B TEAL 50% were not run on AdvBench.')
  })
})

describe('size', () => {
  it('joins 20,000 samples of 6 configurations', () => {
    const cells = [0.1, 0.12, 0.2, 0.3, 0.1, 0.05].map((rate) =>
      attackCell(20_000, Math.round(20_000 * rate)),
    )
    const columns = cells.map((_, at) => columnOf(`C${at}`))
    const input: ComparisonInput = inputOf(columns, [suiteOf(cells)])
    const { rows } = compare(input)
    expect(rows[0].cells.map((cell) => cell?.estimate.n)).toEqual(repeat(6, 20_000))
  })
})
