import { describe, expect, it } from 'vitest'
import type { NluErrorTable } from '#contract/nlu-errors'
import type { UnderstoodSample } from '#contract/stored-samples'
import { f1Of, measureUtterance, addCounts } from '../../nlu/index.ts'
import { createRng, mcnemarExact, pairedProportions } from '../../stats/index.ts'
import { exact, using } from '../fixtures/curve-input.ts'
import { collectUnderstood, nluErrorTables } from './index.ts'

/** `intent | labels`, each label a word. */
function read(text: string): { intent: string; labels: string[] } {
  const [intent, labels] = text.split('|').map((part) => part.trim())
  return { intent, labels: labels === '' ? [] : labels.split(' ') }
}

function sample(id: string, gold: string, predicted: string | null): UnderstoodSample {
  return {
    sampleId: id,
    cluster: id.split('/')[1] ?? null,
    domain: read(gold).intent.split('_')[0],
    gold: read(gold),
    predicted: predicted === null ? null : read(predicted),
    ranked: null,
  }
}

function tablesOf(columns: readonly (readonly UnderstoodSample[])[]): NluErrorTable[] {
  const collector = collectUnderstood(columns.length)
  columns.forEach((samples, column) => {
    // Page by page, as they come from a store.
    for (let at = 0; at < samples.length; at += 3) {
      collector.add(column, samples.slice(at, at + 3))
    }
  })
  return nluErrorTables({
    understood: collector.understood,
    columns: columns.map((_, at) =>
      at === 0 ? exact : using(`TEAL ${at}`, { sparsity: at / 10 }),
    ),
    baselineIndex: 0,
  })
}

function find(tables: readonly NluErrorTable[], view: NluErrorTable['view'], metric?: string) {
  return tables.find((one) => one.view === view && (metric ?? one.metric.name) === one.metric.name)!
}

/** The worked example of the specification: five utterances, of each the right reading and the predicted one. */
const worked = [
  [
    'alarm_set | Other Other Other Other time time date date',
    'alarm_set | Other Other Other Other time time date date',
  ],
  [
    'weather_query | Other weather_descriptor Other date',
    'weather_query | Other weather_descriptor Other date date',
  ],
  ['general_joke | Other Other Other', 'general_joke | Other Other person'],
  [
    'play_music | Other artist_name artist_name Other song_name',
    'play_music | Other artist_name Other Other song_name',
  ],
  ['weather_query | place_name place_name Other', 'news_query | place_name place_name'],
].map(([gold, predicted], id) => sample(`en-US/${id}`, gold, predicted))

describe('errors of utterances', () => {
  const tables = tablesOf([worked])

  it('counts right, predicted and gold slots of each type', () => {
    const { rows } = find(tables, 'slots')
    const counts = rows.map(({ name, cells: [cell] }) => [
      name,
      cell?.hits,
      cell?.predicted,
      cell?.gold,
    ])
    expect(Object.fromEntries(counts.map(([name, ...rest]) => [name, rest.join('/')]))).toEqual({
      artist_name: '0/1/1',
      date: '2/2/2',
      person: '0/1/0',
      place_name: '1/1/1',
      song_name: '1/1/1',
      time: '1/1/1',
      weather_descriptor: '1/1/1',
    })
    expect(rows[0].name).toBe('date')
    expect(rows.at(-1)?.name).toBe('person')
    expect(rows.find(({ name }) => name === 'artist_name')?.cells[0]?.estimate.value).toBe(0)
  })

  it('names what an intent was taken for', () => {
    const table = find(tables, 'confusions')
    expect(table).toMatchObject({ total: 1, tests: 0 })
    expect(table.rows).toMatchObject([
      {
        name: 'weather_query',
        takenFor: 'news_query',
        cells: [{ hits: 1, estimate: { value: 0.5, n: 2 } }],
      },
    ])
  })

  it('cuts what a model wrote between characters, as the samples behind it are looked for', () => {
    const written = `${'\u{1F600}'.repeat(100)} | Other`
    const tables = tablesOf([[sample('en-US/1', 'alarm_set | Other', written)]])
    expect(find(tables, 'confusions').rows[0]?.takenFor).toBe('\u{1F600}'.repeat(80))
  })

  it('reads domains by intent, slots and both', () => {
    const valueIn = (metric: string, domain: string) =>
      find(tables, 'domains', metric).rows.find(({ name }) => name === domain)?.cells[0]?.estimate
        .value
    expect(valueIn('intent_accuracy', 'weather')).toBe(0.5)
    expect(valueIn('slot_f1', 'play')).toBe(0.5)
    expect(valueIn('nlu_exact_match', 'weather')).toBe(0.5)
    expect(valueIn('nlu_exact_match', 'play')).toBe(0)
    expect(valueIn('nlu_exact_match', 'alarm')).toBe(1)
  })
})

/** `n` utterances in two locales; the second column takes `lost` of those of the first locale for another intent. */
function lossOf(n: number, lost: number): [UnderstoodSample[], UnderstoodSample[]] {
  const golds = ['alarm_set | time Other', 'news_query | Other Other']
  const of = (isChanged: boolean) =>
    ['en-US', 'de-DE'].flatMap((locale, row) =>
      Array.from({ length: n }, (_, id) => {
        const gold = golds[id % 2]
        const isLost = isChanged && row === 0 && id % 2 === 0 && id < 2 * lost
        return sample(`${locale}/${id}`, gold, isLost ? 'alarm_query | Other Other' : gold)
      }),
    )
  return [of(false), of(true)]
}

describe('changes from the baseline', () => {
  it('are paired, and those of one request in several languages are one cluster', () => {
    const confusions = find(tablesOf(lossOf(80, 9)), 'confusions')
    const [cell] = confusions.rows[0].cells.slice(1)
    expect(cell).toMatchObject({ hits: 9, estimate: { n: 80, method: 'wilson-cluster' } })
    expect(cell?.difference).toMatchObject({ value: 9 / 80, n: 80, raised: 9, lowered: 0 })
    expect(cell?.difference?.method).toContain('clustered')
    expect(confusions.tests).toBe(1)
    expect(confusions.rows[0].requests).toBe(40)
  })

  it('of a single request are left out, however many languages lost it', () => {
    const of = (intent: string) =>
      Array.from({ length: 20 }, (_, at) =>
        sample(`x${at}/0`, 'alarm_set | time', `${intent} | time`),
      )
    const confusions = find(tablesOf([of('alarm_set'), of('alarm_query')]), 'confusions')
    expect(confusions.rows[0]).toMatchObject({ requests: 1 })
    expect(confusions.rows[0].cells[1]).toMatchObject({ hits: 20, difference: null })
    expect(confusions.tests).toBe(0)
  })

  it('of one language are what the tests of pairs say', () => {
    const [before, after] = lossOf(80, 9).map((samples) =>
      samples.filter(({ sampleId }) => sampleId.startsWith('en-US')),
    )
    const tables = tablesOf([before, after])
    const accuracy = find(tables, 'domains', 'intent_accuracy')
    const alarm = accuracy.rows.find(({ name }) => name === 'alarm')!.cells[1]!
    const expected = pairedProportions({ n: 40, raised: 0, lowered: 9 })!
    expect(alarm.difference).toMatchObject({ value: expected.value, low: expected.low })
    expect(alarm.difference?.pValue).toBeCloseTo(mcnemarExact(0, 9), 12)
    // Two domains, two tests: Holm multiplies the smaller p by two.
    expect(accuracy.tests).toBe(2)
    expect(alarm.difference?.pHolm).toBeCloseTo(2 * mcnemarExact(0, 9), 12)
    // The slot of the same nine is lost too, each of its own utterance: all 2^9 ways of falling.
    const time = find(tables, 'slots').rows[0].cells[1]!
    expect(time).toMatchObject({ hits: 31, predicted: 31, gold: 40 })
    expect(time.difference?.pValue).toBe(2 / 2 ** 9)
  })

  it('leave out what one side has not run, and count what has no answer', () => {
    const [before, after] = lossOf(40, 4)
    const missing = after.slice(2).map((one, at) => (at === 0 ? { ...one, predicted: null } : one))
    const cell = find(tablesOf([before, missing]), 'domains', 'intent_accuracy').rows[0].cells[1]!
    expect(cell.estimate).toMatchObject({ n: 38, unscored: 1 })
    expect(cell.difference?.n).toBe(38)
  })
})

describe('what was not asked for has no table', () => {
  it('intents alone, ranked: the likeliest, the first of several', () => {
    const ranked = (id: number, logProbs: number[]): UnderstoodSample => ({
      ...sample(`en-US/${id}`, 'alarm_set | Other', null),
      domain: id < 2 ? 'alarm' : 'news',
      ranked: { intents: ['alarm_query', 'alarm_set', 'news_query'], logProbs },
    })
    const samples = [ranked(0, [-3, -1, -2]), ranked(1, [-1, -1, -2]), ranked(2, [-1, -2])]
    const tables = tablesOf([samples])
    expect(tables.map(({ view, metric }) => `${view} ${metric.name}`)).toEqual([
      'confusions intent_confusion',
      'domains intent_accuracy',
    ])
    expect(tables[0].rows).toMatchObject([{ takenFor: 'alarm_query', cells: [{ hits: 1 }] }])
    expect(tables[1].rows[1].cells[0]?.estimate).toMatchObject({ value: null, n: 0, unscored: 1 })
  })

  it('slots alone', () => {
    const samples = worked.map((one) => ({
      ...one,
      predicted: { intent: '', labels: one.predicted?.labels ?? [] },
    }))
    const metrics = tablesOf([samples]).map(({ view, metric }) => `${view} ${metric.name}`)
    expect(metrics).toEqual(['slots slot_f1', 'domains slot_f1'])
  })

  it('but an empty answer among others is a wrong intent', () => {
    const samples = worked.map((one, at) => (at === 0 ? { ...one, predicted: read('|') } : one))
    const { rows } = find(tablesOf([samples]), 'confusions')
    expect(rows.map(({ name, takenFor }) => [name, takenFor])).toContainEqual(['alarm_set', ''])
  })
})

it('adds up: slots of all types, and of all domains, are those of the whole', () => {
  const rng = createRng(3)
  const types = ['Other', 'date', 'time', 'person']
  const samples = Array.from({ length: 200 }, (_, id) => {
    const labels = () => Array.from({ length: 6 }, () => types[rng.below(types.length)]).join(' ')
    return sample(
      `en-US/${id}`,
      `${id % 3 === 0 ? 'alarm' : 'news'}_query | ${labels()}`,
      `x | ${labels()}`,
    )
  })
  const whole = samples
    .map(({ gold, predicted }) => measureUtterance({ gold, predicted: predicted! }).entities)
    .reduce(addCounts)
  const tables = tablesOf([samples])
  for (const table of [find(tables, 'slots'), find(tables, 'domains', 'slot_f1')]) {
    const sums = table.rows.map(({ cells: [cell] }) => ({
      hits: cell!.hits,
      predicted: cell!.predicted!,
      gold: cell!.gold!,
    }))
    expect(sums.reduce(addCounts), table.view).toEqual(whole)
    sums.forEach((counts, at) =>
      expect(table.rows[at].cells[0]?.estimate.value).toBeCloseTo(f1Of(counts), 12),
    )
  }
})
