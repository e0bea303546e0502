import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SampleFilter } from '#contract/comparisons'
import type { SampleResult } from '#contract/jobs'
import { makeResult, makeUtterance, now, seedRun } from '../fixtures/seed.ts'
import { comparedSamples, openDatabase, samples, understood, type Database } from '../index.ts'

let database: Database
beforeEach(() => {
  database = openDatabase({ path: ':memory:' })
  seedRun(database.write, { jobIds: ['a', 'b'] })
})
afterEach(() => {
  database.close()
})

const utterance = (index: number, locale: string): SampleResult =>
  makeUtterance({ index, locale, says: { intent: 'alarm_query', labels: ['Other'] } })

function record(results: readonly SampleResult[]): void {
  samples.record(database.write, { jobId: 'a', results, now })
}

const all = { jobId: 'a', locale: null, afterRowId: 0, limit: 100 }

describe('understood samples', () => {
  it('come page by page, with what is right and what the model took it for', () => {
    record([utterance(0, 'de-DE'), utterance(1, 'sw-KE'), utterance(2, 'de-DE')])
    const [first] = understood.page(database.read, { ...all, limit: 1 })
    expect(first).toEqual({
      rowId: expect.any(Number) as number,
      sampleId: 's-000000',
      cluster: 'cluster-0',
      domain: 'alarm',
      gold: { intent: 'alarm_set', labels: ['Other', 'time'] },
      predicted: { intent: 'alarm_query', labels: ['Other'] },
      ranked: null,
    })
    const rest = understood.page(database.read, { ...all, afterRowId: first!.rowId })
    expect(rest.map(({ sampleId }) => sampleId)).toEqual(['s-000001', 's-000002'])
    expect(understood.page(database.read, { ...all, jobId: 'b' })).toEqual([])
  })

  it('are those of one locale, if one is named', () => {
    record([utterance(0, 'de-DE'), utterance(1, 'sw-KE'), utterance(2, 'de-DE')])
    const found = understood.page(database.read, { ...all, locale: 'de-DE' })
    expect(found.map(({ sampleId }) => sampleId)).toEqual(['s-000000', 's-000002'])
  })

  it('have what was ranked in place of a prediction', () => {
    const { sample, response, ...rest } = utterance(0, 'de-DE')
    const { understanding: _, ...answer } = response!
    const choice = { tokens: 2, isGreedy: false }
    const choices = [-3, -1].map((logProb) => ({ ...choice, logProb }))
    record([
      {
        ...rest,
        sample: { ...sample, choices: ['a', 'b'], gold: 0 },
        response: { ...answer, choices },
      },
    ])
    expect(understood.page(database.read, all)).toMatchObject([
      { predicted: null, ranked: { intents: ['a', 'b'], logProbs: [-3, -1] } },
    ])
  })

  it('are none where a sample has no utterance, or no answer', () => {
    record([makeResult({ index: 0 }), { ...utterance(1, 'de-DE'), response: null }])
    // A page that is full of others would look like the last one.
    expect(understood.page(database.read, { ...all, limit: 1 })).toMatchObject([
      { sampleId: 's-000001', predicted: null, ranked: null },
    ])
  })
})

describe('samples that a filter is about', () => {
  const indexesOf = (about: NonNullable<SampleFilter['about']>, category: string | null = null) =>
    comparedSamples
      .page(database.read, {
        jobIds: ['a', 'b'],
        baseline: 0,
        filter: { scorer: '', variant: '', search: '', show: 'all', category, about },
        cursor: null,
        limit: 10,
      })
      .samples.map(({ index }) => index)

  beforeEach(() => {
    record([utterance(0, 'de-DE'), utterance(1, 'sw-KE')])
    // In the other column the second one is read as something else, with a slot of its own.
    const { response, ...rest } = utterance(1, 'sw-KE')
    const understanding = { intent: 'news_query', labels: ['date'], intentLogProb: null }
    const other = { ...rest, response: { ...response!, understanding } }
    samples.record(database.write, { jobId: 'b', results: [other], now })
  })

  it('are those that any column took for the other intent', () => {
    const taken = (takenFor: string) => indexesOf({ kind: 'intent', name: 'alarm_set', takenFor })
    expect(taken('alarm_query')).toEqual([0, 1])
    expect(taken('news_query')).toEqual([1])
    expect(taken('alarm_set')).toEqual([])
    expect(indexesOf({ kind: 'intent', name: 'news_query', takenFor: 'news_query' })).toEqual([])
  })

  it('have the slot in the data or in an answer, or are of the domain', () => {
    expect(indexesOf({ kind: 'slot', name: 'time' })).toEqual([0, 1])
    expect(indexesOf({ kind: 'slot', name: 'time' }, 'sw-KE')).toEqual([1])
    expect(indexesOf({ kind: 'slot', name: 'date' })).toEqual([1])
    expect(indexesOf({ kind: 'domain', name: 'alarm' })).toEqual([0, 1])
    expect(indexesOf({ kind: 'domain', name: 'news' })).toEqual([])
  })

  it('are found by the beginning of what a model wrote, which is all that a table shows', () => {
    const { response, ...rest } = utterance(3, 'de-DE')
    const long = '\u{1F600}'.repeat(100)
    const understanding = { intent: long, labels: [long], intentLogProb: null }
    record([{ ...rest, response: { ...response!, understanding } }])
    const shown = '\u{1F600}'.repeat(80)
    expect(indexesOf({ kind: 'intent', name: 'alarm_set', takenFor: shown })).toEqual([3])
    expect(indexesOf({ kind: 'slot', name: shown })).toEqual([3])
  })

  it('are found by what was ranked first', () => {
    const { sample, response, ...rest } = utterance(2, 'de-DE')
    const { understanding: _, ...answer } = response!
    const choices = [-3, -1, -1].map((logProb) => ({ logProb, tokens: 2, isGreedy: false }))
    const asked = { ...sample, choices: ['alarm_set', 'news_query', 'qa_maths'], gold: 0 }
    record([{ ...rest, sample: asked, response: { ...answer, choices } }])
    expect(indexesOf({ kind: 'intent', name: 'alarm_set', takenFor: 'news_query' })).toEqual([1, 2])
    expect(indexesOf({ kind: 'intent', name: 'alarm_set', takenFor: 'qa_maths' })).toEqual([])
  })
})
