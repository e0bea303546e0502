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
