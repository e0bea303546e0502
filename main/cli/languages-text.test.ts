import { describe, expect, it } from 'vitest'
import type { Comparison } from '#contract/comparisons'
import { formatLanguages } from './languages-text.ts'

const rest = { n: 300, unscored: 0, errored: 0, method: 'wilson' }
const base = { value: 0.9, low: 0.86, high: 0.93, ...rest }
const other = { value: 0.6, low: 0.54, high: 0.65, ...rest }
const difference = {
  ...{ value: -0.3, low: -0.36, high: -0.24, n: 300, pValue: 0, pHolm: 0 },
  ...{ method: 'tango', isDetected: true, detectable: 0.04, raised: 0, lowered: 90 },
}
const span = { value: 0.25, low: 0.19, high: 0.31, ...rest }

const comparison = {
  columns: [
    { letter: 'A', name: 'Exact' },
    { letter: 'B', name: 'TEAL 50%' },
  ],
  suites: [],
  rows: [
    {
      suiteId: 'massive',
      suiteTitle: 'MASSIVE',
      metric: { name: 'intent_accuracy', title: 'Intent accuracy', unit: 'rate', better: 'higher' },
      judge: 'massive-nlu (reference)',
      cells: [],
    },
  ],
  languages: [
    {
      suiteId: 'massive',
      metric: 'intent_accuracy',
      judge: 'massive-nlu (reference)',
      tests: 1,
      locales: [
        {
          ...{ locale: 'km-KH', language: 'Khmer', script: 'Khmer', family: 'Austroasiatic' },
          cells: [
            { estimate: base, difference: null },
            { estimate: other, difference },
          ],
        },
      ],
      columns: [
        null,
        { macro: other, fairnessGap: span, best: 'km-KH', worst: ['km-KH'], unevenLoss: span },
      ],
    },
  ],
} as unknown as Comparison

describe('formatLanguages', () => {
  it('gives spread and figures, with what was detected marked', () => {
    const lines = formatLanguages(comparison, new Set([0, 1])).map((line) =>
      line.replace(/ +/g, ' ').trim(),
    )
    expect(lines).toEqual([
      'MASSIVE · Intent accuracy by language · massive-nlu (reference)',
      'configuration mean of languages best - worst uneven loss worst',
      'B TEAL 50% 60.0% [54.0, 65.0] 25.0 points [19.0, 31.0] 25.0 points [19.0, 31.0] Khmer',
      '',
      'language locale script A B',
      'Khmer km-KH Khmer 90.0% [86.0, 93.0] 60.0% [54.0, 65.0] −30.0*',
      '* detected after Holm over the 1 test of this table',
      '',
    ])
  })

  it('explains no mark where nothing was compared', () => {
    const languages = comparison.languages!.map((table) => ({ ...table, tests: 0 }))
    const text = formatLanguages({ ...comparison, languages }, new Set([0])).join('\n')
    expect(text).toContain('Khmer')
    expect(text).not.toContain('Holm')
  })

  it('keeps to the columns that are shown, and to comparisons that have languages', () => {
    expect(formatLanguages(comparison, new Set([0])).join('\n')).not.toContain('60.0%')
    const { languages: _, ...plain } = comparison
    expect(formatLanguages(plain, new Set([0, 1]))).toEqual([])
  })
})
