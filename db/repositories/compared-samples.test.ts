import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeResult, now, seedRun, type ResultOptions, type SeedOptions } from '../fixtures/seed.ts'
import {
  comparedSamples,
  jobs,
  openDatabase,
  runs,
  samples,
  type ComparedQuery,
  type Database,
} from '../index.ts'

let database: Database
beforeEach(() => {
  database = openDatabase({ path: ':memory:' })
  seedRun(database.write, { jobIds: ['a', 'b', 'c'] })
})
afterEach(() => {
  database.close()
})

function record(jobId: string, values: (ResultOptions['value'] | 'error')[]): void {
  const results = values.map((value, index) =>
    makeResult(value === 'error' ? { index, failsWith: 'no' } : { index, value: value ?? null }),
  )
  samples.record(database.write, { jobId, results, now })
  jobs.setFacts(database.write, jobId, { total: values.length })
}

function page(filter: Partial<ComparedQuery['filter']>, rest: Partial<ComparedQuery> = {}) {
  return comparedSamples.page(database.read, {
    jobIds: ['a', 'b', 'c'],
    baseline: 0,
    filter: {
      scorer: 'refusal-keywords',
      variant: 'test',
      search: '',
      show: 'all',
      category: null,
      ...filter,
    },
    cursor: null,
    limit: 100,
    ...rest,
  })
}

const indexes = (result: ReturnType<typeof page>) => result.samples.map((sample) => sample.index)

describe('comparedSamples.page', () => {
  beforeEach(() => {
    record('a', [0, 0, 1, 0, null, 0, 0])
    record('b', [0, 1, 1, 0, 1, 'error', 0])
    record('c', [0, 0, 0, 0, 1, 0, 0])
  })

  it('puts flips first, then everything by place', () => {
    const result = page({})
    expect(indexes(result)).toEqual([1, 2, 0, 3, 4, 5, 6])
    expect(result.samples.map((sample) => sample.isFlip)).toEqual([
      true,
      true,
      ...Array.from({ length: 5 }, () => false),
    ])
    expect(result.total).toBe(7)
    expect(result.nextCursor).toBeNull()
    expect(result.samples[0]?.answers.map((answer) => answer?.scores[0]?.value)).toEqual([0, 1, 0])
  })

  const otherParts: [string, NonNullable<SeedOptions['suite']>][] = [
    ['locales', { locales: ['de-DE'] }],
    ['partitions', { partition: 'dev' }],
    ['limits', { limit: 2 }],
  ]
  it.each(otherParts)('holds the samples of complete jobs of other %s too', (_, suite) => {
    seedRun(database.write, { runId: 'run-2', jobIds: ['d'], suite })
    const results = [7, 8].map((index) => makeResult({ index }))
    samples.record(database.write, { jobId: 'd', results, now })
    jobs.setFacts(database.write, 'd', { total: results.length })
    expect(indexes(page({}, { jobIds: ['a', 'd'] }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it.each([
    ['flips', [1, 2]],
    ['raised', [1]],
    ['lowered', [2]],
    ['unscored', [4]],
    ['errors', [5]],
  ] as const)('shows %s', (show, expected) => {
    expect(indexes(page({ show }))).toEqual(expected)
  })

  it('keeps to one of the scores of a judge', () => {
    expect(indexes(page({ show: 'flips', name: 'attack_success' }))).toEqual([1, 2])
    expect(indexes(page({ show: 'unscored', name: 'attack_success' }))).toEqual([4])
    expect(indexes(page({ show: 'flips', name: 'over_refusal' }))).toEqual([])
    expect(indexes(page({ show: 'unscored', name: 'over_refusal' }))).toEqual([])
  })

  it('turns around with the baseline', () => {
    expect(indexes(page({ show: 'raised' }, { baseline: 1 }))).toEqual([])
    expect(indexes(page({ show: 'lowered' }, { baseline: 1 }))).toEqual([1, 2])
    expect(indexes(page({ show: 'raised' }, { baseline: 2 }))).toEqual([1, 2])
  })

  it('keeps to a category and a search', () => {
    expect(indexes(page({ category: 'even' }))).toEqual([2, 0, 4, 6])
    expect(indexes(page({ search: 'number 3' }))).toEqual([3])
    expect(page({ search: 'nowhere at all' }).total).toBe(0)
  })

  it('reads on by key, each sample once, also when samples arrive in between', () => {
    for (const id of ['a', 'b', 'c']) jobs.setFacts(database.write, id, { total: 9 })
    const first = page({}, { limit: 3 })
    samples.record(database.write, { jobId: 'b', results: [makeResult({ index: 7 })], now })
    const second = page({}, { limit: 3, cursor: first.nextCursor })
    const third = page({}, { limit: 3, cursor: second.nextCursor })
    expect([first, second, third].flatMap(indexes)).toEqual([1, 2, 0, 3, 4, 5, 6, 7])
    expect(third.nextCursor).toBeNull()
  })

  it('does not take the order of a removed run for that of a new one in its rows', () => {
    expect(indexes(page({ show: 'flips' }))).toEqual([1, 2])
    runs.remove(database.write, { id: 'run-1', now })
    while (runs.sweep(database.write, 100));
    const jobIds = ['d', 'e', 'f']
    seedRun(database.write, { runId: 'run-2', jobIds })
    record('d', [0, 0, 0, 0, null, 0, 0])
    record('e', [0, 0, 0, 0, 1, 'error', 1])
    record('f', [0, 0, 0, 0, 1, 0, 0])
    expect(indexes(page({ show: 'flips' }, { jobIds }))).toEqual([6])
  })

  it('refuses a cursor that it did not give', () => {
    expect(() => page({}, { cursor: 'nonsense' })).toThrow(/cursor/)
  })

  it('leaves a column without a job empty', () => {
    const result = page({}, { jobIds: ['a', null, 'c'] })
    expect(result.samples[0]?.answers[1]).toBeNull()
    expect(indexes(page({ show: 'flips' }, { jobIds: ['a', null, 'b'] }))).toEqual([1])
  })

  it('marks the first token that differs', () => {
    samples.record(database.write, {
      jobId: 'a',
      results: [makeResult({ index: 20, tokenIds: [1, 2, 3] })],
      now,
    })
    samples.record(database.write, {
      jobId: 'b',
      results: [makeResult({ index: 20, tokenIds: [1, 9, 3] })],
      now,
    })
    samples.record(database.write, {
      jobId: 'c',
      results: [makeResult({ index: 20, tokenIds: [1, 2] })],
      now,
    })
    const found = page({}).samples.find((sample) => sample.index === 20)
    expect(found?.answers.map((answer) => answer?.firstDivergence)).toEqual([null, 1, 2])
  })
})
