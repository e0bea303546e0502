import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import type { NluErrors } from '#contract/nlu-errors'
import type { UnderstoodSample } from '#contract/stored-samples'
import { compare } from '../comparison/index.ts'
import { languageInput } from '../comparison/fixtures/language-input.ts'
import { collectUnderstood, nluErrorTables as tablesOf } from '../comparison/nlu-errors/index.ts'
import { figuresCsv, renderReport } from './index.ts'
import { nluErrorTables } from './nlu-errors.ts'

const input = languageInput({
  locales: ['en-US', 'sw-KE'],
  ids: 60,
  rates: [
    [1, 1],
    [0.5, 0.5],
  ],
})
const comparison = compare(input)

/** Forty requests; what `wrongly` takes for something else. */
function samples(wrongly: (id: number) => boolean, takenFor: string): UnderstoodSample[] {
  return Array.from({ length: 40 }, (_, id) => ({
    sampleId: `en-US/${id}`,
    cluster: String(id),
    domain: id % 2 === 0 ? 'alarm' : 'news',
    gold: { intent: id % 2 === 0 ? 'alarm_set' : 'news_query', labels: ['Other', 'date'] },
    predicted: {
      intent: wrongly(id) ? takenFor : id % 2 === 0 ? 'alarm_set' : 'news_query',
      labels: wrongly(id) ? ['Other', 'Other'] : ['Other', 'date'],
    },
    ranked: null,
  }))
}

const collector = collectUnderstood(2)
collector.add(
  0,
  samples(() => false, ''),
)
// A text-to-text model can write anything.
collector.add(
  1,
  samples((id) => id % 2 === 0 && id < 24, '<b>=1|1</b>'),
)
const errors: NluErrors = {
  suiteId: 'massive',
  suiteTitle: 'MASSIVE',
  locale: null,
  columns: comparison.columns.map(({ hash }) => hash),
  tables: tablesOf({
    understood: collector.understood,
    columns: input.columns,
    baselineIndex: 0,
  }),
}

function render(format: 'html' | 'markdown' | 'json'): string {
  const nluErrors = [errors]
  return renderReport({ comparison, samples: [], format, includeAnswers: false, nluErrors })
}

describe('reports of what goes wrong with utterances', () => {
  it('have a table of each kind, with counts, figure and change', () => {
    const tables = nluErrorTables(comparison, [errors])
    expect(tables.map(({ title }) => title)).toEqual([
      'Confused intents on MASSIVE',
      'Slot F1 by type of slot on MASSIVE',
      'Intent accuracy by domain on MASSIVE',
      'Slot F1 by domain on MASSIVE',
      'Exact match by domain on MASSIVE',
    ])
    const [confusions, slots] = tables
    expect(confusions.head).toEqual(['Intent', 'Taken for', 'Requests', 'A', 'B'])
    expect(confusions.rows[0].slice(0, 3)).toEqual(['alarm_set', '<b>=1|1</b>', '20'])
    expect(confusions.rows[0][3]).toMatch(/^0 of 20: 0% \[0, 16\]$/)
    expect(confusions.rows[0][4]).toMatch(/^12 of 20: 60% \[\d+, \d+\]; \+60\* \[\d+, \d+\]$/)
    expect(slots.rows[0][3]).toMatch(/^28 of 40, 28 predicted: 82% .*; −18\* /)
  })

  it('show names that a model wrote as text, in every format', () => {
    expect(render('html')).toContain('<h2>What goes wrong with utterances</h2>')
    expect(render('html')).toContain('&lt;b&gt;=1|1&lt;/b&gt;')
    expect(render('html')).not.toContain('<b>=1')
    expect(render('markdown')).toContain('| &lt;b&gt;=1\\|1&lt;/b&gt; |')
    const document = JSON.parse(render('json')) as { nluErrors: NluErrors[] }
    expect(document.nluErrors).toEqual([errors])
  })

  it('write every figure as CSV', () => {
    const { data } = Papa.parse<Record<string, string>>(figuresCsv(comparison, [errors]), {
      header: true,
      skipEmptyLines: true,
    })
    const found = data.filter(({ category }) => category === 'slot date')
    expect(found.map(({ letter, n, baseline }) => [letter, n, baseline])).toEqual([
      ['A', '40', 'true'],
      ['B', '40', 'false'],
    ])
    expect(found[1]).toMatchObject({ metric: 'slot_f1', pairs: '40', detected: 'true' })
    const confused = 'intent alarm_set taken for <b>=1|1</b>'
    expect(data.find(({ category }) => category === confused)).toMatchObject({ value: '0' })
    expect(data.filter(({ category }) => category === 'domain news')).toHaveLength(6)
  })

  it('say nothing where nothing was asked', () => {
    const html = renderReport({ comparison, samples: [], format: 'html', includeAnswers: false })
    expect(html).not.toContain('What goes wrong')
  })
})
