import { afterEach, beforeEach, expect, it } from 'vitest'
import { now, seedRun } from '../fixtures/seed.ts'
import { jobs, openDatabase, queueState, type Database } from '../index.ts'
import { run } from '../sql.ts'

let database: Database
beforeEach(() => {
  database = openDatabase({ path: ':memory:' })
  seedRun(database.write, { runId: 'first', jobIds: ['a1', 'b1', 'a2', 'b2'] })
  seedRun(database.write, { runId: 'second', jobIds: ['s1', 's2', 's3', 's4', 'c1'] })
  // The two jobs of each letter share a configuration.
  for (const [from, to] of [
    ['a1', 'a2'],
    ['b1', 'b2'],
  ]) {
    const { configurationHash } = jobs.get(database.read, from!)
    run(database.write, 'UPDATE jobs SET configuration_hash = ? WHERE id = ?', [
      configurationHash,
      to!,
    ])
  }
})
afterEach(() => {
  database.close()
})

const owner = { id: 'queue', pid: 1, startedAt: 'then' }

function claim(loaded: readonly string[] | null): string | undefined {
  return queueState.claim(database.write, { owner, runIds: null, loaded, now })?.id
}

function hashOf(id: string): string {
  return jobs.get(database.read, id).configurationHash
}

it('keeps the order of the queue where jobs run one at a time', () => {
  expect([claim(null), claim(null), claim(null)]).toEqual(['a1', 'b1', 'a2'])
})

it('spreads configurations over several engines, then gives each what it has loaded', () => {
  expect([claim([]), claim([])]).toEqual(['a1', 'b1'])
  expect(claim([hashOf('b1')])).toBe('b2')
  expect(claim([])).toBe('a2')
})

it('does not reach into a later run for the sake of a loaded configuration', () => {
  expect(claim([hashOf('c1')])).toBe('a1')
})
