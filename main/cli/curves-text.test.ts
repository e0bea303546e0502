import { describe, expect, it } from 'vitest'
import type { Comparison, ComparisonRow } from '#contract/comparisons'
import { formatComparison } from './comparison-text.ts'

const interval = { low: 0.1, high: 0.3, n: 10, unscored: 0, errored: 0, method: 'wilson' }

function comparisonOf(count: number): Comparison {
  const cells = Array.from({ length: count }, (_, index): ComparisonRow['cells'][number] => ({
    estimate: { ...interval, value: 0.2 },
    difference:
      index === 0
        ? null
        : {
            ...{ value: 0.1 * index, low: 0, high: 0.2, n: 10, pValue: 0.5, pHolm: 1 },
            ...{ method: 'tango', isDetected: false, detectable: null, raised: 1, lowered: 0 },
          },
  }))
  return {
    title: 'Many',
    verdict: [],
    columns: cells.map((_, index) => ({
      letter: `L${index}`,
      name: `column ${index}`,
      isBaseline: index === 0,
    })),
    suites: [],
    rows: [
      {
        suiteId: 'advbench',
        suiteTitle: 'AdvBench',
        metric: { name: 'attack_success', title: 'Attack success', unit: 'rate', better: 'lower' },
        judge: 'list',
        cells,
      },
    ],
    sweeps: [
      {
        title: 'TEAL: sparsity',
        param: 'sparsity',
        points: [
          { column: 0, strength: 0 },
          { column: 1, strength: 0.5 },
        ],
      },
    ],
    maps: [
      {
        title: 'TEAL',
        cells: Array.from({ length: count - 2 }, (_, index) => ({
          column: index + 2,
          layer: index,
          input: null,
        })),
        allLayers: 1,
      },
    ],
    search: null,
  } as unknown as Comparison
}

describe('configurations that were not run', () => {
  it('are named once, and stand in no table', () => {
    const whole = comparisonOf(4)
    const [row] = whole.rows
    const rows = [{ ...row!, cells: row!.cells.map((cell, at) => (at === 3 ? null : cell)) }]
    const suites = [{ id: 'advbench', title: 'AdvBench', jobIds: ['a', 'b', 'c', null] }]
    const speeds = { samples: [1, 1, 1, 0], samplesPerSecond: [], tokensPerSecond: [] }
    const comparison = {
      ...whole,
      rows,
      suites: [{ ...suites[0], ...speeds }],
    } as unknown as Comparison
    const lines = formatComparison(comparison)
    expect(lines.filter((line) => line.includes('column 3'))).toEqual(['Not run: L3 column 3'])
    expect(lines.filter((line) => line.includes('not run'))).toEqual([])
    expect(lines.filter((line) => /^ {2}L\d +\d +all +/.test(line))).toHaveLength(1)
    expect(lines.some((line) => line.includes('column 2'))).toBe(true)
  })

  it('are told from those that only lack a judge', () => {
    const whole = comparisonOf(2)
    const [row] = whole.rows
    const judged = { ...row!, judge: 'other', cells: [row!.cells[0]!, null] }
    const suites = [{ id: 'advbench', title: 'AdvBench', jobIds: ['a', 'b'] }]
    const speeds = { samples: [1, 1], samplesPerSecond: [], tokensPerSecond: [] }
    const comparison = {
      ...whole,
      ...{ rows: [row, judged], suites: [{ ...suites[0], ...speeds }], sweeps: [], maps: [] },
    } as unknown as Comparison
    expect(formatComparison(comparison).some((line) => /L1 +column 1 +no figure/.test(line))).toBe(
      true,
    )
  })
})

describe('curves in a terminal', () => {
  it('gives a sweep a line for each strength and a map one for each layer', () => {
    const lines = formatComparison(comparisonOf(4))
    expect(lines).toContain('Along TEAL: sparsity')
    expect(lines).toContain('  L1  0.5       20.0% [10.0, 30.0]')
    expect(lines).toContain('TEAL on single layers, differences to the baseline')
    expect(lines.filter((line) => /^ {2}L\d +\d +all +/.test(line))).toHaveLength(2)
    expect(lines.some((line) => line.includes('column 3'))).toBe(true)
  })

  it('leaves the columns of curves out of the tables when there are many', () => {
    const lines = formatComparison(comparisonOf(20))
    expect(lines.some((line) => line.includes('column 19'))).toBe(false)
    expect(lines.some((line) => line.includes('column 0'))).toBe(true)
    expect(lines).toContain(
      '19 configurations of sweeps and maps stand below; --json holds all figures.',
    )
  })
})
