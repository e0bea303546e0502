import { describe, expect, it } from 'vitest'
import type { ComparisonLanguages, Difference, Estimate } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import { groupRows, heatTexts, languageCsv, orderRows } from './language-table.ts'

const metric: MetricRecord = {
  name: 'intent_accuracy',
  title: 'Intent accuracy',
  unit: 'rate',
  better: 'higher',
  summary: '',
}

function estimateOf(value: number): Estimate {
  return {
    ...{ value, low: value - 0.02, high: value + 0.02 },
    ...{ n: 300, unscored: 0, errored: 0, method: 'wilson' },
  }
}

function differenceOf(value: number, isDetected: boolean): Difference {
  return {
    ...{ value, low: value - 0.02, high: value + 0.02, n: 300, pValue: 0.01, pHolm: 0.04 },
    ...{ method: 'tango', isDetected, detectable: 0.03, raised: 1, lowered: 9 },
  }
}

function rowOf(
  facts: readonly [locale: string, language: string, script: string],
  [base, other]: readonly [number, number],
): ComparisonLanguages['locales'][number] {
  const [locale, language, script] = facts
  const change = other - base
  return {
    ...{ locale, language, script, family: 'a family' },
    cells: [
      { estimate: estimateOf(base), difference: null },
      { estimate: estimateOf(other), difference: differenceOf(change, change < -0.05) },
    ],
  }
}

const table: ComparisonLanguages = {
  suiteId: 'massive',
  metric: 'intent_accuracy',
  judge: 'massive-nlu (reference)',
  locales: [
    rowOf(['en-US', 'English', 'Latin'], [0.9, 0.89]),
    rowOf(['km-KH', 'Khmer', 'Khmer'], [0.8, 0.6]),
    rowOf(['de-DE', 'German', 'Latin'], [0.85, 0.86]),
  ],
  tests: 3,
  columns: [null, null],
}

const by = { view: 'change', better: 'higher' } as const

describe('the order of languages', () => {
  it('is the listed one, by name, or the worst of a column first', () => {
    const names = (order: Parameters<typeof orderRows>[1]) =>
      orderRows(table.locales, order, by).map(({ locale }) => locale)
    expect(names('listed')).toEqual(['en-US', 'km-KH', 'de-DE'])
    expect(names('language')).toEqual(['en-US', 'de-DE', 'km-KH'])
    expect(names(1)).toEqual(['km-KH', 'en-US', 'de-DE'])
    // The baseline changes nothing: what has no change stays last, in its order.
    expect(names(0)).toEqual(['en-US', 'km-KH', 'de-DE'])
  })

  it('keeps groups in the order of their worst', () => {
    const ordered = orderRows(table.locales, 1, by)
    expect(
      groupRows(ordered, 'script').map(({ title, rows }) => [title, rows.map((row) => row.locale)]),
    ).toEqual([
      ['Khmer', ['km-KH']],
      ['Latin', ['en-US', 'de-DE']],
    ])
    expect(groupRows(ordered, 'none')).toHaveLength(1)
  })
})

describe('what a cell says', () => {
  it('is the change with sign, interval and colour, and grey inside the noise', () => {
    const texts = heatTexts(table, { metric, view: 'change' })
    expect(texts.get('km-KH')?.[0]).toBeNull()
    expect(texts.get('km-KH')?.[1]).toMatchObject({ intensity: 1, isDetected: true })
    expect(texts.get('km-KH')?.[1]?.text.value).toBe('−20.0 points')
    expect(texts.get('km-KH')?.[1]?.title).toBe(
      '60.0% [58.0, 62.0], n 300; −20.0 points [−22.0, −18.0], p 0.040 Holm',
    )
    expect(texts.get('en-US')?.[1]).toMatchObject({ intensity: null, isDetected: false })
    expect(texts.get('de-DE')?.[1]?.intensity).toBeNull()
  })

  it('is the value, the paler the nearer to the best of the table', () => {
    const texts = heatTexts(table, { metric, view: 'value' })
    expect(texts.get('en-US')?.[0]?.intensity).toBe(0)
    expect(texts.get('km-KH')?.[1]?.intensity).toBe(1)
    expect(texts.get('km-KH')?.[0]?.text.value).toBe('80.0%')
  })
})

describe('the CSV of languages', () => {
  it('has numbers that a program reads, and as many for every column', () => {
    const [head, ...lines] = languageCsv(table, [{ letter: 'A' }, { letter: 'B' }])
    expect(head!.slice(4, 6)).toEqual(['A intent_accuracy', 'A low'])
    expect(lines).toHaveLength(table.locales.length)
    for (const line of lines) {
      expect(line).toHaveLength(head!.length)
      for (const figure of line.slice(4)) expect(figure).toMatch(/^(-?[\d.e-]+)?$/)
    }
    const first = table.locales[0]!.cells[1]!
    expect(Number(lines[0]![head!.indexOf('B change')])).toBeCloseTo(first.difference!.value, 12)
    expect(lines[0]![head!.indexOf('A change')], 'the baseline changed').toBe('')
  })
})
