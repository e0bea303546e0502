import { describe, expect, it } from 'vitest'
import {
  alignLabels,
  binomialError,
  decodeOutput,
  entitiesOf,
  f1Of,
  measureUtterance,
  poolMeasures,
  splitWords,
  toBio,
  wordRules,
  type UtteranceMeasure,
} from './index.ts'

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')
/** `o` is Other. */
const labels = (text: string): string[] =>
  words(text).map((label) => (label === 'o' ? 'Other' : label))
const encoderRules = { outside: ['0'], merge: ['-100'] }

function measure(predicted: string, gold: string): UtteranceMeasure {
  return measureUtterance({
    gold: { intent: '', labels: labels(gold) },
    predicted: { intent: '', labels: labels(predicted) },
  })
}

describe('BIO', () => {
  it.each([
    ['time time Other date -100 Other', ['Other'], ['-100'], 'B-time I-time O B-date I-date O'],
    ['-100 5 7 -100 -100', ['0'], ['-100'], 'O B-5 B-7 I-7 I-7'],
    ['person person', ['Other'], [], 'B-person I-person'],
    ['-100 -100 2 2 -100 0', ['0'], ['-100'], 'O O B-2 I-2 I-2 O'],
    ['Other -100 date', ['Other'], ['-100'], 'O O B-date'],
    ['time Other time', ['Other'], [], 'B-time O B-time'],
    ['', ['Other'], [], ''],
  ])('%s', (given, outside, merge, expected) => {
    expect(toBio(words(given), { outside, merge })).toEqual(words(expected))
  })

  it('entities: type, first and last place', () => {
    expect(entitiesOf(words('O B-5 B-7 I-7 O B-7'))).toEqual([
      { type: '5', first: 1, last: 1 },
      { type: '7', first: 2, last: 3 },
      { type: '7', first: 5, last: 5 },
    ])
  })
})

describe('alignment', () => {
  it('cuts, fills and takes over the positions that do not count', () => {
    expect(alignLabels(words('a b'), words('x y z'))).toEqual(words('x y'))
    expect(alignLabels(words('a b c'), words('x'))).toEqual(words('x Other Other'))
    expect(alignLabels(words('-100 a -100'), words('x y z'))).toEqual(words('-100 y -100'))
  })
})

describe('slot F1', () => {
  it.each([
    ['X X Z', 'X X Y', [1, 2, 2], 0.5],
    ['X X Y o', 'X X Y o Y', [2, 2, 3], 0.8],
    ['X X Z Z', 'X X Y', [1, 2, 2], 0.5],
    ['X X o X X Y Z', 'X X o X X Z Y', [2, 4, 4], 0.5],
    ['X X X Y Y', 'X X o Y Y', [1, 2, 2], 0.5],
    ['o o', 'o o', [0, 0, 0], 0],
    ['nonsense o', 'date o', [0, 1, 1], 0],
    ['', 'date o', [0, 0, 1], 0],
  ])('%s against %s', (predicted, gold, [hits, all, right], f1) => {
    const { entities } = measure(predicted, gold)
    expect(entities).toEqual({ hits, predicted: all, gold: right })
    expect(f1Of(entities)).toBeCloseTo(f1, 12)
  })

  it('is pooled over utterances', () => {
    const pooled = poolMeasures([measure('o', 'Y'), measure('X', 'X')])
    expect(pooled.entities).toEqual({ hits: 1, predicted: 1, gold: 2 })
    expect(pooled.slotF1).toBeCloseTo(2 / 3, 12)
  })

  it.each([
    ['-100 0 3 -100 3 7 -100 0 -100', '5 0 3 9 3 0 7 0 4', [1, 1, 2], 2 / 3],
    ['-100 0 3 3 -100 -100', '1 0 3 7 2 2', [0, 2, 1], 0],
    [
      '50 -100 50 -100 -100 20 0 10 0 -100 20',
      '50 -100 50 -100 -100 20 20 10 10 -100 20',
      [2, 4, 4],
      0.5,
    ],
  ])('encoder positions: gold %s', (gold, predicted, [hits, all, right], f1) => {
    const { entities } = measureUtterance(
      {
        gold: { intent: '', labels: words(gold) },
        predicted: { intent: '', labels: words(predicted) },
      },
      encoderRules,
    )
    expect(entities).toEqual({ hits, predicted: all, gold: right })
    expect(f1Of(entities)).toBeCloseTo(f1, 12)
  })
})

describe('whole predictions', () => {
  const five = [
    ['alarm_set', 'o o o o time time date date', 'alarm_set', 'o o o o time time date date'],
    [
      'weather_query',
      'o weather_descriptor o date',
      'weather_query',
      'o weather_descriptor o date date',
    ],
    ['general_joke', 'o o o', 'general_joke', 'o o person'],
    [
      'play_music',
      'o artist_name artist_name o song_name',
      'play_music',
      'o artist_name o o song_name',
    ],
    ['weather_query', 'place_name place_name o', 'news_query', 'place_name place_name'],
  ].map(([intent, gold, predictedIntent, predicted]) =>
    measureUtterance({
      gold: { intent, labels: labels(gold) },
      predicted: { intent: predictedIntent, labels: labels(predicted) },
    }),
  )

  it('five utterances: all figures and their standard errors', () => {
    const pooled = poolMeasures(five)
    expect(pooled.entities).toEqual({ hits: 6, predicted: 8, gold: 7 })
    expect(pooled.slotF1).toBeCloseTo(0.8, 12)
    expect(pooled.intentAccuracy).toBeCloseTo(0.8, 12)
    expect(pooled.exactMatch).toBeCloseTo(0.4, 12)
    expect(five.map(({ isExactMatch }) => isExactMatch)).toEqual([true, true, false, false, false])
    expect(pooled.errors.intentAccuracy).toBeCloseTo(0.1788854, 7)
    expect(pooled.errors.slotF1).toBeCloseTo(0.0834058, 7)
    expect(pooled.errors.exactMatch).toBeCloseTo(0.219089, 7)
    expect(five.reduce((sum, { positions }) => sum + positions, 0)).toBe(23)
  })

  it('five utterances: by slot', () => {
    const figures = [...poolMeasures(five).ofType].map(
      ([type, { hits, predicted, gold }]) => `${type} ${hits}/${predicted}/${gold}`,
    )
    expect(figures.sort()).toEqual([
      'artist_name 0/1/1',
      'date 2/2/2',
      'person 0/1/0',
      'place_name 1/1/1',
      'song_name 1/1/1',
      'time 1/1/1',
      'weather_descriptor 1/1/1',
    ])
  })

  it('intent and exact match together', () => {
    const rows = [
      ['A', 'X X', 'A', 'X Y'],
      ['B', 'X X Y', 'B', 'X X Y'],
      ['D', 'X', 'C', 'X'],
      ['E', 'X Z', 'E', 'X Y'],
    ]
    const pooled = poolMeasures(
      rows.map(([intent, gold, predictedIntent, predicted]) =>
        measureUtterance({
          gold: { intent, labels: labels(gold) },
          predicted: { intent: predictedIntent, labels: labels(predicted) },
        }),
      ),
    )
    expect(pooled).toMatchObject({
      intentAccuracy: 0.75,
      exactMatch: 0.25,
      entities: { hits: 4, predicted: 7, gold: 6 },
    })
    expect(pooled.slotF1).toBeCloseTo(8 / 13, 12)
  })

  it('pooled F1 is not the mean over locales', () => {
    const a = { hits: 6, predicted: 8, gold: 7 }
    const b = { hits: 0, predicted: 1, gold: 1 }
    expect(f1Of({ hits: 6, predicted: 9, gold: 8 })).toBeCloseTo(12 / 17, 12)
    expect((f1Of(a) + f1Of(b)) / 2).toBeCloseTo(0.4, 12)
  })

  it('half-widths of the paper', () => {
    const points = (p: number, n: number): number => 196 * binomialError(p, n)
    expect(points(0.879, 2974)).toBeCloseTo(1.172, 3)
    expect(points(0.853, 151674)).toBeCloseTo(0.178, 3)
    expect(points(0.666, 151674)).toBeCloseTo(0.237, 3)
    expect(binomialError(0, 0)).toBe(0)
  })

  it('nothing at all is zero, not an error', () => {
    expect(poolMeasures([])).toMatchObject({ intentAccuracy: 0, slotF1: 0, exactMatch: 0 })
  })
})

describe('text-to-text output', () => {
  it.each([
    [
      'Other Other Other Other time time date date alarm_set',
      'alarm_set',
      'o o o o time time date date',
    ],
    ['alarm_set', 'alarm_set', ''],
    ['', '', ''],
    ['  Other  time   alarm_set ', 'alarm_set', 'o time'],
  ])('%s', (text, intent, expected) => {
    expect(decodeOutput(text)).toEqual({ intent, labels: labels(expected) })
  })

  it('rules of words know no merging', () => {
    expect(toBio(['-100'], wordRules)).toEqual(['B--100'])
  })
})

describe('words', () => {
  it('white space as Python has it: no U+200B, no U+FEFF, but U+0085 and U+001F', () => {
    expect(splitWords('เปิด\u200bเพลง now')).toEqual(['เปิด\u200bเพลง', 'now'])
    expect(splitWords('a\ufeffb\u0085c\u001fd\u00a0e\u3000f')).toEqual([
      'a\ufeffb',
      'c',
      'd',
      'e',
      'f',
    ])
    expect(splitWords(' \t ')).toEqual([])
  })
})
