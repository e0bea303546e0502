import { describe, expect, it } from 'vitest'
import type { Comparison } from '#contract/comparisons'
import type { ScoredValue } from '#contract/stored-samples'
import type { SuiteRecord } from '#contract/suites'
import { compare } from '../compare.ts'
import { exact, using } from '../fixtures/curve-input.ts'
import { languageInput, languageSuite, utteranceSample } from '../fixtures/language-input.ts'
import { columnOf, harmfulSuite, inputOf, sampleOf, suiteOf } from '../fixtures/sample-input.ts'

const locales = ['en-US', 'de-DE', 'km-KH']

describe('layer maps by language', () => {
  const rates = [
    [0.9, 0.85, 0.8],
    [0.9, 0.85, 0.65],
  ]
  const cell = (layer: number) => using(`TEAL @${layer}`, { fromLayer: layer, toLayer: layer })
  const withCells = (layers: readonly number[]) => {
    const input = languageInput({
      ...{ locales, ids: 300, rates: [...rates, ...layers.map(() => [0.9, 0.85, 0.3])] },
    })
    return compare({ ...input, columns: [exact, using('TEAL', {}), ...layers.map(cell)] })
  }

  it('do not make the questions that were asked harder to answer', () => {
    const alone = withCells([])
    const mapped = withCells([0, 1, 2, 3, 4, 5])
    const khmer = (of: typeof alone) => of.languages?.[0].locales[2].cells[1]?.difference
    expect(khmer(mapped)).toEqual(khmer(alone))
    expect(mapped.languages?.[0]).toMatchObject({ tests: 3, exploratoryTests: 18 })
    expect(alone.languages?.[0].tests).toBe(3)
    expect(alone.languages?.[0]).not.toHaveProperty('exploratoryTests')
    const cells = mapped.languages?.[0].locales.flatMap((row) => row.cells.slice(2)) ?? []
    expect(cells.filter((one) => one?.difference?.isDetected === true)).toHaveLength(6)
  })

  it('are no findings of their own', () => {
    const text = withCells([0, 1, 2, 3, 4, 5])
      .verdict.filter(({ text }) => text.includes('language'))
      .map(({ text }) => text)
      .join('\n')
    expect(text).toContain('under B TEAL')
    expect(text).not.toContain('TEAL @')
  })
})

describe('several judges of one metric', () => {
  const record: SuiteRecord = {
    ...languageSuite(locales),
    scorers: [
      { id: 'nlu', variant: 'v1' },
      { id: 'other', variant: 'v1' },
    ],
  }
  const column = (rate: number) =>
    locales.flatMap((locale) =>
      Array.from({ length: 200 }, (_, id) => {
        const sample = utteranceSample(locale, id, {
          intent: id < 200 * rate ? 1 : 0,
          slots: [0, 0, 0],
        })
        const [intent] = sample.scores
        // Stored first, as the suite does not list it.
        return { ...sample, scores: [{ ...intent, scorer: 'other' }, intent] }
      }),
    )
  const comparison = compare(
    inputOf(
      [columnOf('Exact'), columnOf('TEAL', {}, 0.5)],
      [suiteOf([column(0.9), column(0.5)], record)],
    ),
  )

  it('stand in the order of the suite, as in the table of whole suites', () => {
    expect(comparison.languages?.map(({ judge }) => judge)).toEqual(
      comparison.rows.map(({ judge }) => judge),
    )
  })

  it('are not told one by one: the first speaks, as for whole suites', () => {
    const told = comparison.verdict.filter(({ text }) => text.includes('of 3 languages'))
    expect(told).toHaveLength(1)
  })
})

describe('figures that are no counts', () => {
  it('still stand by language, as by category', () => {
    const grade = (value: number): ScoredValue => ({
      ...{ scorer: 'judge-strongreject', variant: 'big', name: 'strongreject', value, weight: 1 },
    })
    const attack = (value: number): ScoredValue => ({
      ...{ scorer: 'refusal-keywords', variant: 'v', name: 'attack_success', value, weight: 1 },
    })
    const cells = [0.125, 0.75].map((value) =>
      ['en', 'zh'].flatMap((language) =>
        Array.from({ length: 40 }, (_, id) =>
          sampleOf(id, [grade(value), attack(id % 2)], {
            ...{ sampleId: `${language}/${id}`, category: language, cluster: String(id) },
          }),
        ),
      ),
    )
    const record: SuiteRecord = { ...harmfulSuite, id: 'multijail', locales: ['en', 'zh'] }
    const { languages, breakdowns } = compare(
      inputOf([columnOf('Exact'), columnOf('TEAL', {}, 0.5)], [suiteOf(cells, record)]),
    )
    expect(languages?.map(({ metric }) => metric)).toEqual(['attack_success'])
    expect(breakdowns.map(({ metric, category }) => `${metric} ${category}`)).toEqual([
      'strongreject en',
      'strongreject zh',
    ])
  })
})

describe('a column of few utterances beside one of many', () => {
  it('has intervals as wide as its own utterances ask for', () => {
    const many = languageInput({ locales, ids: 200, rates: [[0.8, 0.8, 0.8]] })
    const widths = (of: Comparison, column: number) => {
      const { low, high } = of.languages?.[0].columns[column]?.macro ?? {}
      return (high ?? 0) - (low ?? 0)
    }
    const ratios = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const few = languageInput({ locales, ids: 8, rates: [[0.8, 0.7, 0.6]], seed })
      const cells = [many, few].map(({ suites: [suite] }) => [...(suite.cells[0]?.results ?? [])])
      const columns = [columnOf('Many'), columnOf('Few', {}, 0.5)]
      const both = compare(inputOf(columns, [suiteOf(cells, languageSuite(locales))]))
      return widths(both, 1) / widths(compare(few), 0)
    })
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeGreaterThan(0.95)
  })
})
