import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeResult, now, seedRun } from '../fixtures/seed.ts'
import {
  jobs,
  openDatabase,
  queueState,
  runs,
  samples,
  scores,
  search,
  type Database,
} from '../index.ts'
import { all } from '../sql.ts'

const owner = { id: 'o', pid: 1, startedAt: 'x' }
const tables = ['jobs', 'samples', 'sample_texts', 'scorings', 'scores', 'job_logs']

let database: Database
beforeEach(() => {
  database = openDatabase({ path: ':memory:' })
  seedRun(database.write, { jobIds: ['a', 'b'] })
  seedRun(database.write, { runId: 'run-2', jobIds: ['c'] })
  for (const jobId of ['a', 'c']) {
    const results = [0, 1, 2, 3, 4].map((index) => makeResult({ index, answer: `zebra ${index}` }))
    samples.record(database.write, { jobId, results, now })
  }
})
afterEach(() => database.close())

function count(table: string): number {
  return all(database.read, `SELECT 1 FROM ${table}`).length
}

describe('a removed run', () => {
  it('is gone for everybody at once, with its jobs and answers', () => {
    runs.remove(database.write, { id: 'run-1', now })
    expect(runs.list(database.read).map(({ id }) => id)).toEqual(['run-2'])
    expect(() => runs.get(database.read, 'run-1')).toThrow(/no run run-1/)
    expect(jobs.find(database.read, 'a')).toBeNull()
    const found = search.find(database.read, { text: 'zebra', limit: 20 })
    expect(new Set(found.map(({ runId }) => runId))).toEqual(new Set(['run-2']))
    expect(() => samples.detail(database.read, 1)).toThrow(/no sample 1/)
    expect(queueState.claim(database.write, { owner, runIds: null, now })?.id).toBe('c')
    expect(() => runs.remove(database.write, { id: 'run-1', now })).toThrow(/no run run-1/)
  })

  it('has no job that runs, even if one was put back into the queue in the same moment', () => {
    runs.remove(database.write, { id: 'run-1', now })
    queueState.transition(database.write, { id: 'a', from: ['cancelled'], to: 'queued', now })
    expect(queueState.claim(database.write, { owner, runIds: null, now })?.id).toBe('c')
    expect(queueState.claim(database.write, { owner, runIds: null, now })).toBeNull()
  })

  it('is deleted in pieces, each of which leaves no score without its sample', () => {
    runs.remove(database.write, { id: 'run-1', now })
    let pieces = 0
    while (runs.sweep(database.write, 2)) {
      pieces += 1
      const orphans = all(
        database.read,
        `SELECT 1 FROM scores JOIN scorings ON scorings.id = scoring_id
         WHERE sample_id NOT IN (SELECT sample_id FROM samples WHERE job_row = scorings.job_row)`,
      )
      expect(orphans, `after piece ${pieces}`).toEqual([])
    }
    // Five scores and five samples by twos, and the run.
    expect(pieces).toBe(7)
    expect(runs.list(database.read).map(({ id }) => id)).toEqual(['run-2'])
    expect(tables.map(count)).toEqual([1, 5, 5, 1, 5, 0])
    expect([...scores.forJobs(database.read, ['c']).get('c')!]).toHaveLength(5)
  })

  it('is refused while one of its jobs runs', () => {
    queueState.claim(database.write, { owner, runIds: ['run-1'], now })
    expect(() => runs.remove(database.write, { id: 'run-1', now })).toThrow(/1 of its jobs/)
    expect(runs.sweep(database.write, 100)).toBe(false)
    expect(runs.get(database.read, 'run-1').jobs).toHaveLength(2)
  })
})
