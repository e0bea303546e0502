import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeResult, makeScore, now, seedRun } from '../fixtures/seed.ts'
import { jobs, openDatabase, runs, samples, scores, search, type Database } from '../index.ts'
import { all } from '../sql.ts'

let database: Database
beforeEach(() => {
  database = openDatabase({ path: ':memory:' })
  seedRun(database.write, { jobIds: ['a', 'b'] })
})
afterEach(() => {
  database.close()
})

function record(jobId: string, ...results: ReturnType<typeof makeResult>[]): number {
  return samples.record(database.write, { jobId, results, now })
}

describe('samples.record', () => {
  it('stores a sample whole and gives it back', () => {
    const result = makeResult({ index: 3, value: 1, tokenIds: [5, 70_000, 2] })
    expect(record('a', result)).toBe(1)
    const [listed] = samples.list(database.read, {
      jobId: 'a',
      afterRowId: null,
      limit: 10,
      newestFirst: false,
    })
    const detail = samples.detail(database.read, listed!.rowId)
    expect(detail.response).toEqual(result.response)
    expect(detail.scores).toEqual(result.scores)
    expect(detail.metadata).toEqual(result.sample.metadata)
    expect(detail.configurationName).toBe('a')
  })

  it('keeps choices, the right one and what the model gives to each', () => {
    const plain = makeResult({ index: 1 })
    const sample = { ...plain.sample, choices: ['A', 'B'], gold: 1 }
    const choices = [
      { logProb: -1.5, tokens: 1, isGreedy: false },
      { logProb: -0.25, tokens: 2, isGreedy: true },
    ]
    const response = { ...plain.response!, renderedPrompt: sample.prompt, choices }
    record('a', { ...plain, sample, response })
    record('a', {
      ...makeResult({ index: 2 }),
      sample: { ...makeResult({ index: 2 }).sample, answer: '42' },
    })
    const stored = samples.answered(database.read, { jobId: 'a', afterRowId: 0, limit: 9 })
    expect(stored[0]).toMatchObject({ sample, response })
    expect(stored[1]?.sample.answer).toBe('42')
    expect(stored[1]?.sample).not.toHaveProperty('choices')
    expect(stored[1]?.response).not.toHaveProperty('choices')
    // The prompt as it was put is not stored a second time.
    const [text] = all<{ rendered_prompt: string | null }>(
      database.read,
      'SELECT rendered_prompt FROM sample_texts WHERE row_id = ?',
      [stored[0]!.rowId],
    )
    expect(text?.rendered_prompt).toBeNull()
  })

  it('never stores a sample twice', () => {
    expect(record('a', makeResult({ index: 1, answer: 'first' }))).toBe(1)
    expect(record('a', makeResult({ index: 1, answer: 'second' }))).toBe(0)
    expect(record('b', makeResult({ index: 1, answer: 'another job' }))).toBe(1)
    expect(jobs.get(database.read, 'a').done).toBe(1)
    expect(search.find(database.read, { text: 'second', limit: 5 })).toEqual([])
  })

  it('puts a result in the place of an error, never the other way', () => {
    record('a', makeResult({ index: 1, failsWith: 'broken' }))
    expect(jobs.get(database.read, 'a')).toMatchObject({ done: 1, failed: 1 })
    expect(samples.doneIds(database.read, { jobId: 'a', errors: false })).toEqual([])
    expect(record('a', makeResult({ index: 1 }))).toBe(1)
    expect(jobs.get(database.read, 'a')).toMatchObject({ done: 1, failed: 0 })
    expect(record('a', makeResult({ index: 1, failsWith: 'late' }))).toBe(0)
    expect(jobs.get(database.read, 'a')).toMatchObject({ done: 1, failed: 0 })
  })

  it('refuses to mix two versions of a scorer in one scoring', () => {
    record('a', makeResult({ index: 1 }))
    const newer = { ...makeResult({ index: 2 }), scores: [makeScore(1, { version: 2 })] }
    expect(() => record('a', newer)).toThrow(/version 1.*version 2/)
    expect(jobs.get(database.read, 'a').done, 'the failed batch was undone').toBe(1)
  })

  it('pages by key in both directions', () => {
    record('a', ...[0, 1, 2, 3, 4].map((index) => makeResult({ index })))
    const options = { jobId: 'a', limit: 2, newestFirst: false }
    const first = samples.list(database.read, { ...options, afterRowId: null })
    const second = samples.list(database.read, { ...options, afterRowId: first.at(-1)!.rowId })
    expect([...first, ...second].map((sample) => sample.index)).toEqual([0, 1, 2, 3])
    const newest = samples.list(database.read, {
      ...options,
      afterRowId: null,
      newestFirst: true,
    })
    expect(newest.map((sample) => sample.index)).toEqual([4, 3])
  })

  it('leaves nothing behind when its run is removed', () => {
    record('a', makeResult({ index: 1, answer: 'a rare zebra' }))
    runs.remove(database.write, { id: 'run-1', now })
    while (runs.sweep(database.write, 100));
    for (const table of [
      'runs',
      'jobs',
      'samples',
      'sample_texts',
      'scorings',
      'scores',
      'job_logs',
    ]) {
      expect(all(database.read, `SELECT 1 FROM ${table}`), table).toEqual([])
    }
    expect(search.find(database.read, { text: 'zebra', limit: 5 })).toEqual([])
  })
})

describe('scores', () => {
  it('reads the current scoring only and keeps the earlier one', () => {
    record('a', makeResult({ index: 1, value: 0 }), makeResult({ index: 2, value: null }))
    scores.addScoring(database.write, {
      jobId: 'a',
      scorer: 'refusal-keywords',
      variant: 'test',
      version: 2,
      scoredAt: now + 1,
      scored: [{ sampleId: 's-000001', scores: [makeScore(1, { version: 2 })] }],
    })
    const [one, two] = scores.forJobs(database.read, ['a']).get('a')!
    expect(one?.scores.map((score) => score.value)).toEqual([1])
    expect(two?.scores).toEqual([])
    expect(
      scores.scorings(database.read, 'a').map((it) => [it.version, it.isCurrent, it.samples]),
    ).toEqual([
      [2, true, 1],
      [1, false, 2],
    ])
  })

  it('lists the scores of each sample by scorer and name, whatever others have, any number of times', () => {
    const of = (index: number, names: readonly string[]) => ({
      ...makeResult({ index }),
      scores: names.map((name, at) => makeScore(at / 2, { name, weight: at })),
    })
    record('a', of(2, ['beta', 'alpha']), of(1, []), of(3, ['gamma']))
    const found = scores.forJobs(database.read, ['a']).get('a')!
    const listed = () =>
      [...found].map(({ sampleId, scores: given }) => [
        sampleId,
        given.map(({ name, value, weight }) => [name, value, weight]),
      ])
    expect(found.length).toBe(3)
    expect(listed()).toEqual([
      ['s-000001', []],
      [
        's-000002',
        [
          ['alpha', 0.5, 1],
          ['beta', 0, 0],
        ],
      ],
      ['s-000003', [['gamma', 0, 0]]],
    ])
    expect(listed()).toEqual(listed())
  })

  it('reads more scores than fit one reading', () => {
    const count = 10_050
    record(
      'a',
      ...Array.from({ length: count }, (_, index) => ({
        ...makeResult({ index, tokenIds: [] }),
        scores: ['one', 'two'].map((name) => makeScore(index % 2, { name })),
      })),
    )
    const found = [...scores.forJobs(database.read, ['a']).get('a')!]
    expect(found).toHaveLength(count)
    expect(
      found.every(
        ({ scores: given }, index) => given.length === 2 && given[1]?.value === index % 2,
      ),
    ).toBe(true)
  })

  it('tells errors from values that could not be judged', () => {
    record('a', makeResult({ index: 1, failsWith: 'no' }), makeResult({ index: 2, value: null }))
    const found = scores.forJobs(database.read, ['a', 'nowhere'])
    expect([...found.keys()]).toEqual(['a'])
    expect([...found.get('a')!]).toEqual([
      expect.objectContaining({ sampleId: 's-000001', errored: true, scores: [] }),
      expect.objectContaining({
        errored: false,
        scores: [expect.objectContaining({ value: null, name: 'attack_success', weight: 1 })],
      }),
    ])
  })
})

describe('search', () => {
  beforeEach(() => {
    record(
      'a',
      makeResult({ index: 1, prompt: 'How to bake bread', answer: 'Mix "flour" and water' }),
      makeResult({ index: 2, prompt: '如何烤面包', answer: '先把面粉和水混合' }),
      makeResult({ index: 3, prompt: 'Percent 50% off', answer: 'a_b NEAR(x) OR * (c)' }),
    )
  })

  it.each([
    ['bread', [1]],
    ['BREAD water', [1]],
    ['bread absent', []],
    ['rea', [1]],
    ['烤面包', [2]],
    ['面粉', [2]],
    ['水', [2]],
    ['"flour"', [1]],
    ['NEAR(x) OR *', [3]],
    ['0%', [3]],
    ['a_b', [3]],
    ['axb', []],
    ['_', [3]],
    ['%', [3]],
    ['prompt:bread', []],
    ['   ', []],
    ["'; DROP TABLE samples; --", []],
  ])('finds %s', (text, expected) => {
    const found = search.find(database.read, { text, limit: 10 })
    const indexes = found.map((hit) => Number(hit.sampleId.slice(2)))
    expect(indexes).toEqual(expected)
  })

  it('shows the surroundings of the word', () => {
    const [hit] = search.find(database.read, { text: 'water', limit: 1 })
    expect(hit?.excerpt).toBe('Mix "flour" and water')
  })
})
