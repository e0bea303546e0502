import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import type { ComparisonColumn } from '#contract/comparisons'
import { compare } from '../comparison/index.ts'
import { languageInput } from '../comparison/fixtures/language-input.ts'
import { passportOf } from '../comparison/fixtures/sample-input.ts'
import { factsOfColumn } from './facts.ts'
import { figuresCsv, renderReport } from './index.ts'
import { languageTables } from './languages.ts'

const comparison = compare(
  languageInput({
    locales: ['en-US', 'he-IL', 'km-KH'],
    ids: 150,
    rates: [
      [0.9, 0.85, 0.8],
      [0.9, 0.84, 0.4],
    ],
  }),
)

function render(format: 'html' | 'markdown' | 'json'): string {
  return renderReport({ comparison, samples: [], format, includeAnswers: false })
}

describe('reports by language', () => {
  it('have a table for each metric, with what was detected marked and coloured', () => {
    const tables = languageTables(comparison)
    expect(tables.map(({ title }) => title)).toEqual([
      'Intent accuracy on MASSIVE by language, nlu (v1)',
      'Slot F1 on MASSIVE by language, nlu (v1)',
      'Exact match on MASSIVE by language, nlu (v1)',
    ])
    const [english, , khmer] = tables[0].rows.map(({ cells }) => cells)
    expect(english[0]).toMatchObject({ change: '', harm: 0 })
    expect(english[1]).toMatchObject({ isDetected: false, harm: 0 })
    expect(khmer[1]).toMatchObject({ isDetected: true, harm: 1 })
    expect(khmer[1]?.change).toMatch(/^−\d/)
    expect(tables[0].spread.rows.map((row) => row.at(-1))).toEqual([
      expect.stringContaining('Khmer') as string,
      expect.stringMatching(/^Khmer, /) as string,
    ])
  })

  it('tell how the model of each task writes', () => {
    const decoding = (change: Partial<ComparisonColumn>, beams?: number) => {
      const [column] = comparison.columns
      const { configuration } = column
      const chosen = { ...configuration.decoding, ...(beams === undefined ? {} : { beams }) }
      const facts = factsOfColumn({
        ...{ ...column, ...change },
        configuration: { ...configuration, decoding: chosen },
      })
      return facts.find(({ name }) => name === 'Decoding')?.text
    }
    expect(decoding({})).toBe('greedy, at most 128 new tokens')
    expect(decoding({ task: 'nlu' })).toBe('none: the model writes nothing')
    expect(decoding({ task: 'text-to-text' })).toBe('2 beams')
    expect(decoding({ task: 'text-to-text' }, 1)).toBe('greedy')
  })

  it('say so in HTML and Markdown', () => {
    const html = render('html')
    expect(html).toContain('<h2>Languages</h2>')
    expect(html).toMatch(
      /<td>Khmer <span class="n">km-KH, Khmer; Austroasiatic<\/span><\/td><td>[^]*?<td style="background: color-mix\(in srgb, var\(--bad-heat\) 100%, transparent\)">/,
    )
    expect(html).toContain('resample utterance ids in all languages')
    const markdown = render('markdown')
    expect(markdown).toMatch(/\| Khmer \(km-KH\) \| Khmer \| Austroasiatic \| .* \| .*\\\*.* \|/)
    expect(markdown).toContain('Best − worst')
  })

  it('hold all figures in CSV and JSON', () => {
    const { data } = Papa.parse<Record<string, string>>(figuresCsv(comparison), {
      header: true,
      skipEmptyLines: true,
    })
    const khmer = data.filter(({ category }) => category === 'km-KH')
    expect(khmer).toHaveLength(3 * 2)
    const intent = khmer.find(
      ({ metric, letter }) => metric === 'intent_accuracy' && letter === 'B',
    )
    const cell = comparison.languages![0].locales[2].cells[1]!
    expect(Number(intent?.['difference'])).toBe(cell.difference!.value)
    expect(intent?.['detected']).toBe('true')
    const json = JSON.parse(render('json')) as { comparison: typeof comparison }
    expect(json.comparison.languages).toEqual(comparison.languages)
  })

  it('give each of the scores of one judge a column of its own', () => {
    const scores = (['intent_accuracy', 'slot_f1', 'nlu_exact_match'] as const).map(
      (name, index) => ({
        ...{ scorer: 'nlu', variant: 'v1', version: 1, name, value: index / 4, weight: 1 },
        ...{ label: `label ${index}`, evidence: null },
      }),
    )
    const answer = {
      ...{ rowId: 1, answer: null, newTokens: 0, errorMessage: null, firstDivergence: null },
      scores,
    }
    const csv = renderReport({
      comparison,
      samples: [
        {
          ...{ sampleId: 'en-US/1', index: 0, category: 'en-US', expectation: 'none' },
          ...{ prompt: '', isFlip: false, answers: [answer, null] },
        },
      ],
      format: 'csv',
      includeAnswers: false,
    })
    const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true })
    expect(data[0]).toMatchObject({
      'nlu (v1) intent_accuracy': '0',
      'nlu (v1) slot_f1': '0.25',
      'nlu (v1) nlu_exact_match': '0.5',
      'nlu (v1) slot_f1 label': 'label 1',
    })
  })

  it('say of an encoder’s passport what was compared', () => {
    const column = comparison.columns[0]
    const passport = passportOf(true)
    const textOf = (task: 'nlu' | undefined) =>
      factsOfColumn({ ...column, passport, ...(task === undefined ? {} : { task }) })
        .map(({ text }) => text)
        .join()
    expect(textOf('nlu')).toContain(
      'mean KL of slot labels 0.0200 nats, same most likely slot label',
    )
    expect(textOf(undefined)).toContain('mean KL 0.0200 nats, same most likely token')
  })

  it('are as before without locales', () => {
    const { languages: _, ...plain } = comparison
    const html = renderReport({
      comparison: plain,
      samples: [],
      format: 'html',
      includeAnswers: false,
    })
    expect(html).not.toContain('<h2>Languages</h2>')
    expect(figuresCsv(plain)).not.toContain('km-KH')
  })
})
