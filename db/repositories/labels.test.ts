import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeResult, makeScore, now, seedRun } from '../fixtures/seed.ts'
import { judged, labels, openDatabase, runs, samples, scores, type Database } from '../index.ts'

let database: Database
beforeEach(() => {
  database = openDatabase({ path: ':memory:' })
  seedRun(database.write, { jobIds: ['a', 'b'] })
  for (const jobId of ['a', 'b']) {
    const results = [0, 1, 2].map((index) =>
      makeResult({ index, answer: `${jobId} says ${index}` }),
    )
    samples.record(database.write, { jobId, results, now })
  }
})
afterEach(() => {
  database.close()
})

describe('labels', () => {
  it('are set, changed and taken back', () => {
    const [rowId = 0] = labels.candidates(database.read, 'a')
    labels.set(database.write, { rowId, label: 'unclear', now })
    labels.set(database.write, { rowId, label: 'full-refusal', now })
    expect(labels.forJobs(database.read, ['a', 'b'])).toEqual(
      new Map([
        ['a', [{ rowId, sampleId: 's-000000', expectation: 'refuse', label: 'full-refusal' }]],
      ]),
    )
    labels.set(database.write, { rowId, label: null, now })
    expect(labels.forJobs(database.read, ['a', 'b']).size).toBe(0)
  })

  it('belong to a stored sample and go with its run', () => {
    expect(() => labels.set(database.write, { rowId: 99, label: 'unclear', now })).toThrow(
      /no sample 99/,
    )
    const [rowId = 0] = labels.candidates(database.read, 'a')
    labels.set(database.write, { rowId, label: 'unclear', now })
    runs.remove(database.write, { id: 'run-1', now })
    while (runs.sweep(database.write, 100));
    expect(labels.forJobs(database.read, ['a']).size).toBe(0)
  })

  it('are asked for answers with a text and a right way only', () => {
    const failed = makeResult({ index: 3, failsWith: 'broken' })
    const empty = makeResult({ index: 4, answer: ' ' })
    const text = makeResult({ index: 5 })
    const neither = { ...text, sample: { ...text.sample, expectation: 'none' as const } }
    samples.record(database.write, { jobId: 'a', results: [failed, empty, neither], now })
    expect(labels.candidates(database.read, 'a')).toHaveLength(3)
  })

  it('come in the order that was asked for, and without a word of who answered', () => {
    const rowIds = [
      ...labels.candidates(database.read, 'b'),
      ...labels.candidates(database.read, 'a'),
    ]
    const items = labels.items(database.read, rowIds.toReversed())
    expect(items.map(({ rowId }) => rowId)).toEqual(rowIds.toReversed())
    expect(Object.keys(items[0] ?? {}).toSorted()).toEqual([
      'answer',
      'expectation',
      'label',
      'prompt',
      'rowId',
    ])
  })
})

describe('judged', () => {
  const by = { jobId: 'a', scorer: 'judge-harmbench', variant: 'tiny', version: 1 }
  const verdict = (value: number | null, version = 1) =>
    makeScore(value, { scorer: by.scorer, variant: by.variant, version })

  it('adds verdicts to one scoring over several attempts, and never one twice', () => {
    const first = { sampleId: 's-000000', scores: [verdict(1)] }
    const second = { sampleId: 's-000001', scores: [verdict(null)] }
    expect(judged.record(database.write, { jobId: 'a', judged: [first], now })).toBe(1)
    expect(judged.ids(database.read, by)).toEqual(['s-000000'])
    const again = { sampleId: 's-000000', scores: [verdict(0)] }
    expect(judged.record(database.write, { jobId: 'a', judged: [again, second], now })).toBe(1)
    expect(judged.ids(database.read, by)).toEqual(['s-000000', 's-000001'])
    const stored = scores.ofSamples(database.read, { jobId: 'a', sampleIds: ['s-000000'] })
    expect(stored.get('s-000000')?.map(({ value }) => value)).toEqual([0, 1])
    expect(scores.scorings(database.read, 'a').map(({ samples: count }) => count)).toEqual([2, 3])
  })

  it('keeps the verdicts of an older version as history', () => {
    const old = { sampleId: 's-000000', scores: [verdict(1)] }
    judged.record(database.write, { jobId: 'a', judged: [old], now })
    const newer = { sampleId: 's-000000', scores: [verdict(0, 2)] }
    judged.record(database.write, { jobId: 'a', judged: [newer], now })
    expect(judged.ids(database.read, by), 'the older one is not current').toEqual([])
    expect(judged.ids(database.read, { ...by, version: 2 })).toEqual(['s-000000'])
    expect(scores.scorings(database.read, 'a')).toHaveLength(3)
  })

  it('refuses an unknown job', () => {
    expect(() => judged.record(database.write, { jobId: 'x', judged: [], now })).toThrow(/no job x/)
  })
})
