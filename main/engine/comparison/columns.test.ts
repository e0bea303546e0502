import { describe, expect, it } from 'vitest'
import { compare, letterAt } from './compare.ts'
import { exact, using } from './fixtures/curve-input.ts'
import { attackCell, inputOf, suiteOf } from './fixtures/sample-input.ts'
import type { ComparisonColumnInput } from './types.ts'

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
