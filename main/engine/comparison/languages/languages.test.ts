import { describe, expect, it } from 'vitest'
import { comparisonSchema, type Comparison, type ComparisonLanguages } from '#contract/comparisons'
import { mcnemarExact, wilsonInterval } from '../../stats/index.ts'
import { compare } from '../compare.ts'
import {
  languageInput,
  languageSuite,
  type Utterance,
  utteranceSample,
} from '../fixtures/language-input.ts'
import { columnOf, inputOf, suiteOf } from '../fixtures/sample-input.ts'

function tableOf(comparison: Comparison, metric: string): ComparisonLanguages {
  const table = comparison.languages?.find((candidate) => candidate.metric === metric)
  if (table === undefined) throw new Error(`no table of ${metric}`)
  return table
}

function rowOf(comparison: Comparison, metric: string) {
  return comparison.rows.find((row) => row.metric.name === metric)!
}

/** Columns of utterances by locale, ids 0, 1, 2 ... */
function compareUtterances(
  columns: readonly Readonly<Record<string, readonly Utterance[]>>[],
): Comparison {
  const locales = Object.keys(columns[0])
  return compare(
    inputOf(
      columns.map((_, column) =>
        columnOf(column === 0 ? 'Exact' : `TEAL ${column}`, {}, column / 9),
      ),
      [
        suiteOf(
          columns.map((ofLocales) =>
            Object.entries(ofLocales).flatMap(([locale, utterances]) =>
              utterances.map((utterance, id) => utteranceSample(locale, id, utterance)),
            ),
          ),
          languageSuite(locales),
        ),
      ],
    ),
  )
}

const none: Utterance = { intent: 0, slots: [0, 0, 0] }

describe('intervals', () => {
  it('of mean and gap promise nothing beyond 0 and 1', () => {
    const right: Utterance = { intent: 1, slots: [1, 1, 1] }
    const wrong: Utterance = { intent: 0, slots: [0, 1, 1] }
    const { columns } = tableOf(
      compareUtterances([
        {
          'en-US': [right, right, right, right, wrong],
          'km-KH': [wrong, wrong, wrong, wrong, wrong],
        },
        {
          'en-US': [wrong, right, right, right, right],
          'km-KH': [right, right, right, right, right],
        },
      ]),
      'intent_accuracy',
    )
    for (const [at, most] of [0.8, 0.2].entries()) {
      const { fairnessGap, macro } = columns[at]!
      expect(fairnessGap.value).toBeCloseTo(most, 12)
      expect(fairnessGap.high).toBeLessThanOrEqual(1)
      expect(macro.high).toBeLessThanOrEqual(1)
      expect(macro.low).toBeGreaterThanOrEqual(0)
    }
    expect(columns[1]!.unevenLoss!.high).toBeLessThanOrEqual(2)
  })
})

describe('what a pooled F1 could have shown', () => {
  it('goes by the utterances of all languages, not by the ids that they share', () => {
    const locales = ['de-DE', 'en-US', 'ja-JP', 'km-KH', 'sw-KE', 'th-TH', 'tr-TR', 'zh-CN']
    const rightEverywhere = Array.from({ length: 40 }, (): Utterance => ({
      intent: 1,
      slots: [2, 2, 2],
    }))
    const wrongOnce = [
      { intent: 1 as const, slots: [1, 2, 2] as const },
      ...rightEverywhere.slice(1),
    ]
    const all = Object.fromEntries(locales.map((locale) => [locale, rightEverywhere]))
    const comparison = compareUtterances([all, { ...all, 'th-TH': wrongOnce }])
    const detectableOf = (difference: { detectable: number | null } | null | undefined) =>
      difference?.detectable ?? 1
    const pooled = detectableOf(rowOf(comparison, 'slot_f1').cells[1]?.difference)
    const thai = tableOf(comparison, 'slot_f1').locales.find(({ locale }) => locale === 'th-TH')
    expect(pooled).toBeLessThan(detectableOf(thai?.cells[1]?.difference) / 4)
    expect(pooled).toBeGreaterThan(0.01)
  })
})

describe('slot F1', () => {
  it('is pooled over all utterances, and a mean over locales apart (worked example M8)', () => {
    const comparison = compareUtterances([
      {
        'de-DE': [
          { intent: 1, slots: [4, 5, 5] },
          { intent: 1, slots: [2, 3, 2] },
        ],
        'ja-JP': [{ intent: 0, slots: [0, 1, 1] }, none],
      },
    ])
    expect(rowOf(comparison, 'slot_f1').cells[0]?.estimate.value).toBeCloseTo(12 / 17, 12)
    const table = tableOf(comparison, 'slot_f1')
    expect(table.locales.map(({ cells }) => cells[0]?.estimate.value)).toEqual([0.8, 0])
    expect(table.columns[0]?.macro.value).toBeCloseTo(0.4, 12)
    expect(table.columns[0]?.fairnessGap.value).toBeCloseTo(0.8, 12)
  })

  it('counts an utterance without slots as judged, and adds nothing for it', () => {
    const comparison = compareUtterances([
      { 'en-US': [none, { intent: 1, slots: [1, 2, 1] }, none] },
    ])
    expect(rowOf(comparison, 'slot_f1').cells[0]?.estimate).toMatchObject({
      value: 2 / 3,
      n: 3,
      unscored: 0,
    })
    const [english] = tableOf(comparison, 'slot_f1').locales
    expect(english?.cells[0]?.estimate).toMatchObject({ value: 2 / 3, n: 3, unscored: 0 })
    expect(comparison.verdict.map(({ text }) => text).join(' ')).not.toContain(
      'could not be judged',
    )
  })

  it('has an interval as wide as its samples say: independent utterances against clusters', () => {
    const rates = [[0.8, 0.8, 0.8, 0.8]]
    const locales = ['de-DE', 'en-US', 'fr-FR', 'th-TH']
    const comparison = compare(languageInput({ locales, ids: 400, rates }))
    const pooled = rowOf(comparison, 'slot_f1').cells[0]!.estimate
    expect(pooled.method).toBe('bootstrap-cluster')
    const single = tableOf(comparison, 'slot_f1').locales[0].cells[0]!.estimate
    const width = (of: typeof pooled) => of.high! - of.low!
    // Parallel utterances are as hard in every locale: four times the samples are not four times the evidence.
    expect(width(pooled)).toBeGreaterThan(width(single) / 2)
    expect(width(pooled)).toBeLessThan(width(single))
  })
})

describe('figures of a locale', () => {
  const locales = ['en-US', 'de-DE', 'km-KH']
  const comparison = compare(
    languageInput({
      locales,
      ids: 300,
      rates: [
        [0.9, 0.85, 0.8],
        [0.9, 0.83, 0.5],
      ],
    }),
  )
  const table = tableOf(comparison, 'intent_accuracy')

  it('hold the schema and name language, script and family', () => {
    expect(() => comparisonSchema.parse(comparison)).not.toThrow()
    expect(
      table.locales.map(({ locale, language, script, family }) => [
        locale,
        language,
        script,
        family,
      ]),
    ).toEqual([
      ['en-US', 'English', 'Latin', 'Indo-European, Germanic'],
      ['de-DE', 'German', 'Latin', 'Indo-European, Germanic'],
      ['km-KH', 'Khmer', 'Khmer', 'Austroasiatic'],
    ])
    expect(comparison.breakdowns).toEqual([])
  })

  it('are those of its own samples: Wilson, and the exact test of McNemar', () => {
    for (const { cells } of table.locales) {
      const { value, low, high } = cells[1]!.estimate
      expect({ value, low, high }).toEqual(wilsonInterval(Math.round(value! * 300), 300))
      const { raised, lowered, pValue, n } = cells[1]!.difference!
      expect(pValue).toBe(mcnemarExact(raised!, lowered!))
      expect(n).toBe(300)
    }
    // Worked example M9 by Wald's formula; Wilson's is all but the same there.
    const wilson = wilsonInterval(2614, 2974)
    expect((wilson.high! - wilson.low!) / 2).toBeCloseTo(0.01172, 4)
  })

  it('are adjusted as one family over locales and columns', () => {
    const differences = table.locales.map(({ cells }) => cells[1]!.difference!)
    const smallest = Math.min(...differences.map(({ pValue }) => pValue))
    expect(differences.find(({ pValue }) => pValue === smallest)?.pHolm).toBeCloseTo(
      3 * smallest,
      12,
    )
    expect(differences.map(({ isDetected }) => isDetected)).toEqual([false, false, true])
  })

  it('give the columns their mean, gap and uneven loss', () => {
    const [base, other] = table.columns
    const values = table.locales.map(({ cells }) => cells[1]!.estimate.value!)
    const losses = table.locales.map(({ cells }) => -cells[1]!.difference!.value)
    expect(other!.macro.value).toBeCloseTo((values[0] + values[1] + values[2]) / 3, 12)
    expect(other!.fairnessGap.value).toBeCloseTo(Math.max(...values) - Math.min(...values), 12)
    expect(other!.unevenLoss!.value).toBeCloseTo(Math.max(...losses) - Math.min(...losses), 12)
    expect(base!.unevenLoss).toBeNull()
    expect(other).toMatchObject({ best: 'en-US', worst: ['km-KH', 'de-DE', 'en-US'] })
    for (const { low, high, value } of [other!.macro, other!.fairnessGap, other!.unevenLoss!]) {
      expect(low!).toBeLessThan(value!)
      expect(high!).toBeGreaterThanOrEqual(value!)
    }
  })

  it('are said in words that the figures support', () => {
    const text = comparison.verdict.map((sentence) => sentence.text).join('\n')
    expect(text).toMatch(
      /Intent accuracy fell detectably in 1 of 3 languages on MASSIVE under B TEAL 10%: Khmer, by \d+ points/,
    )
    expect(text).toMatch(
      /Languages lose intent accuracy on MASSIVE unevenly under B TEAL 10%: \d+ points/,
    )
    expect(text).toMatch(/the gap between best and worst language grew from/)
  })
})

describe('a comparison by language', () => {
  it('says that nothing was seen where nothing was, and that languages are alike', () => {
    const rates = [
      [0.8, 0.8, 0.8],
      [0.8, 0.8, 0.8],
    ]
    const comparison = compare(
      languageInput({ locales: ['en-US', 'de-DE', 'fr-FR'], ids: 200, rates }),
    )
    const text = comparison.verdict.map((sentence) => sentence.text).join('\n')
    expect(text).toContain('None of 3 languages on MASSIVE detectably lost intent accuracy')
    expect(text).not.toContain('unevenly')
    expect(tableOf(comparison, 'intent_accuracy').columns[1]?.unevenLoss).toMatchObject({
      value: 0,
      low: 0,
      high: 0,
    })
  })

  it('tells along a sweep who loses first', () => {
    const locales = ['en-US', 'de-DE', 'km-KH']
    const rates = [
      [0.9, 0.9, 0.9],
      [0.9, 0.9, 0.7],
      [0.9, 0.6, 0.5],
    ]
    const text = compare(languageInput({ locales, ids: 300, rates }))
      .verdict.map((sentence) => sentence.text)
      .join('\n')
    expect(text).toMatch(
      /Along .*, Khmer loses intent accuracy on MASSIVE first, detectably from 0\.1 on; at 0\.2 it is 2 of 3 languages/,
    )
  })

  it('pairs only what both have, and counts what failed in its own locale', () => {
    const input = languageInput({
      locales: ['en-US', 'de-DE'],
      ids: 120,
      rates: [
        [0.8, 0.8],
        [0.8, 0.7],
      ],
    })
    const [suite] = input.suites
    const cells = suite.cells.map((cell, column) =>
      column === 0 || cell === null
        ? cell
        : {
            ...cell,
            results: [...cell.results]
              .filter((_, at) => at >= 10)
              .map((sample, at) => (at < 5 ? { ...sample, errored: true, scores: [] } : sample)),
          },
    )
    const comparison = compare({ ...input, suites: [{ ...suite, cells }] })
    for (const metric of ['intent_accuracy', 'slot_f1']) {
      const [english, german] = tableOf(comparison, metric).locales
      expect(english?.cells[1]?.estimate).toMatchObject({ n: 105, errored: 5, unscored: 0 })
      expect(english?.cells[1]?.difference).toMatchObject({ n: 105, value: 0 })
      expect(german?.cells[1]?.difference?.n).toBe(120)
    }
  })

  it('has no spread of one locale, and no table where no column ran it', () => {
    const one = compare(languageInput({ locales: ['en-US'], ids: 40, rates: [[0.8], [0.7]] }))
    expect(tableOf(one, 'intent_accuracy').columns).toEqual([null, null])
    const empty = compare(inputOf([columnOf('Exact')], [suiteOf([[]], languageSuite(['en-US']))]))
    expect(empty.languages).toBeUndefined()
  })
})
