import { describe, expect, it } from 'vitest'
import type { PlanSuite } from '#contract/plans'
import { compare, letterAt } from './compare.ts'
import { exact, using } from './fixtures/curve-input.ts'
import { languageInput } from './fixtures/language-input.ts'
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
  it.each<[Partial<PlanSuite>, string | null]>([
    [{ locales: ['en-US'] }, 'B all utterances in en-US'],
    [{ partition: 'dev' }, 'B all utterances, partition dev'],
    [{ examples: 4 }, 'B all utterances, 4 worked examples'],
    [{ limit: 30 }, 'B 30 utterances at even spacing'],
    [{ limit: 30, shuffleSeed: 7 }, 'B the first 30 utterances after a shuffle with seed 7'],
    [{ partition: 'test', examples: 0 }, null],
  ])('says of utterances that one column read them with %j', (change, expected) => {
    const input = languageInput({
      locales: ['en-US', 'de-DE'],
      ids: 40,
      rates: [
        [0.8, 0.8],
        [0.8, 0.8],
      ],
    })
    const [suite] = input.suites
    const [first, second] = suite.cells
    const cells = [first!, { ...second!, options: { ...suite.options, ...change } }]
    const { verdict } = compare({
      ...input,
      columns: [exact, using('B', { sparsity: 0.5 })],
      suites: [{ ...suite, cells }],
    })
    const text = verdict.map((sentence) => sentence.text).join('\n')
    if (expected === null) expect(text).not.toContain('Not all columns ran the same part')
    else expect(text).toContain(`A Exact all utterances; B ${expected}.`)
  })
})
