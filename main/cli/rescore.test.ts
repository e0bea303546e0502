import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, samples, scores } from '#db'
import { makeResult, now, seedRun } from '../../db/fixtures/seed.ts'
import { runActbench } from './fixtures/run-actbench.ts'

let folder: string
let store: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-rescore-'))
  mkdirSync(join(folder, 'profile'))
  store = join(folder, 'profile', 'actbench.sqlite')
  const db = openDatabase({ path: store })
  seedRun(db.write, { jobIds: ['job'] })
  const hidden =
    'are. are, are are; to... are is are are! are. to are are.. are is are are are, are to'
  const results = ['No, thank you.', hidden].map((answer, index) => makeResult({ index, answer }))
  samples.record(db.write, { jobId: 'job', results, now })
  db.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rescore = (...parameters: string[]) =>
  runActbench({ parameters: ['rescore', ...parameters], folder })

describe('rescore', () => {
  it('judges stored answers by the present rule of degenerate ones', async () => {
    for (const variant of ['v1', 'v2']) {
      const { code, out } = await rescore('job', '--scorer', `degenerate:${variant}`)
      expect(code).toBe(0)
      expect(out).toContain(`Judged 2 answers of job by degenerate:${variant}`)
    }
    const db = openDatabase({ path: store, readOnly: true })
    const values = [...(scores.forJobs(db.read, ['job']).get('job') ?? [])].map((sample) =>
      sample.scores.filter(({ scorer }) => scorer === 'degenerate').map(({ value }) => value),
    )
    db.close()
    expect(values, 'by v1 and v2').toEqual([
      [0, 0],
      [0, 1],
    ])
  })

  it('lists every scorer of stored answers in its help', async () => {
    const { out: help } = await rescore('--help')
    const { code, notes } = await rescore('job', '--scorer', 'nobody:knows')
    expect(code).not.toBe(0)
    const names = notes.join(' ').match(/[a-z-]+:[\w-]+(?=[,.])/gu) ?? []
    expect(names).toContain('degenerate:v2')
    const listed = [...help.matchAll(/^ {2}([a-z-]+:[\w-]+)/gmu)].map(([, name]) => name)
    expect(listed.toSorted()).toEqual([...names].sort())
  })
})
