import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SampleResult } from '#contract/jobs'
import { makeResult, now, seedRun } from '../fixtures/seed.ts'
import { openDatabase, samples, understood, type Database } from '../index.ts'

let database: Database
beforeEach(() => {
  database = openDatabase({ path: ':memory:' })
  seedRun(database.write, { jobIds: ['a', 'b'] })
})
afterEach(() => {
  database.close()
})

function utterance(index: number, locale: string): SampleResult {
  const { sample, response, ...rest } = makeResult({ index, category: locale })
  return {
    ...rest,
    sample: {
      ...sample,
      metadata: { scenario: 'alarm' },
      utterance: {
        locale,
        words: ['weck', 'mich'],
        labels: ['Other', 'time'],
        intent: 'alarm_set',
      },
    },
    response: response && {
      ...response,
      understanding: { intent: 'alarm_query', labels: ['Other'], intentLogProb: -0.25 },
    },
  }
}

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
      locale: 'de-DE',
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
    expect(understood.page(database.read, all)).toMatchObject([
      { sampleId: 's-000001', predicted: null, ranked: null },
    ])
  })
})
