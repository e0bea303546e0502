import { describe, expect, it } from 'vitest'
import { comparisonSchema } from '#contract/comparisons'
import { compare } from '../../main/engine/comparison/index.ts'
import { richInput } from '../../main/engine/comparison/fixtures/sample-input.ts'
import { renderReport, type ReportSample } from '../../main/engine/reports/index.ts'
import { reportProblems, type CheckedFormat } from './reports.ts'

const comparison = comparisonSchema.parse(compare(richInput(3, 12)))

const samples: ReportSample[] = comparison.suites.flatMap(({ id, samples: counts }) =>
  Array.from({ length: Math.max(...counts) }, (_, index) => ({
    suiteId: id,
    sampleId: `${id}-${index}`,
    index,
    category: null,
    expectation: 'refuse',
    prompt: 'a | b <c>',
    isFlip: false,
    answers: comparison.columns.map((_, column) => ({
      rowId: index * 10 + column,
      answer: '</td> "quoted",\n| x |',
      newTokens: 9,
      scores: [],
      errorMessage: null,
      firstDivergence: null,
    })),
  })),
)

function problemsAfter(format: CheckedFormat, change: (text: string) => string): string[] {
  const text = renderReport({ comparison, samples, format, includeAnswers: true })
  return reportProblems[format](change(text), comparison)
}

describe('reportProblems', () => {
  it.each(['html', 'markdown', 'csv', 'json'] as const)('finds none in a whole %s', (format) => {
    expect(problemsAfter(format, (text) => text)).toEqual([])
  })

  it.each<[CheckedFormat, string, (text: string) => string]>([
    ['html', 'an element that is not closed', (text) => text.replace('</main>', '')],
    ['html', 'a script', (text) => text.replace('<main>', '<script></script><main>')],
    ['html', 'a picture from outside', (text) => text.replace('<main>', '<main><img src="//x">')],
    ['html', 'a cut end', (text) => text.slice(0, -40)],
    ['markdown', 'a row with another number of cells', (text) => text.replace('\n|', '\n| more |')],
    ['markdown', 'no heading', (text) => text.slice(2)],
    ['csv', 'a missing row', (text) => text.trimEnd().split('\r\n').slice(0, -1).join('\r\n')],
    ['csv', 'a row of another width', (text) => `${text}one,two\r\n`],
    ['json', 'other figures', (text) => text.replace('"familySize": ', '"familySize": 1')],
    ['json', 'a sample less', (text) => text.replace(/,\n\{[^\n]*\n \]/, '\n ]')],
  ])('%s: finds %s', (format, _, change) => {
    expect(problemsAfter(format, change)).not.toEqual([])
  })
})
