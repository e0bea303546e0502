/** A process that was killed while it removed a run leaves samples behind, which the next commands delete. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, runs, samples, scores } from '#db'
import { makeResult, now, seedRun } from '../../db/fixtures/seed.ts'
import { runActbench } from './fixtures/run-actbench.ts'

let folder: string
let store: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-removed-'))
  mkdirSync(join(folder, 'profile'))
  store = join(folder, 'profile', 'actbench.sqlite')
  const db = openDatabase({ path: store })
  for (const runId of ['kept', 'removed']) {
    seedRun(db.write, { runId, jobIds: [`job of ${runId}`] })
    const results = Array.from({ length: 300 }, (_, index) => makeResult({ index }))
    samples.record(db.write, { jobId: `job of ${runId}`, results, now })
  }
  runs.remove(db.write, { id: 'removed', now })
  db.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Samples and scores of the run that was removed, and of the one that was not. */
function left(): { removed: number; kept: number } {
  const db = openDatabase({ path: store, readOnly: true })
  const count = (jobId: string) => {
    const scored = [...(scores.forJobs(db.read, [jobId]).get(jobId) ?? [])]
    return scored.length + scored.flatMap((sample) => sample.scores).length
  }
  const counts = { removed: count('job of removed'), kept: count('job of kept') }
  db.close()
  return counts
}

describe('what a removed run has left', () => {
  it('is deleted to the end by listing the runs, which names the others only', async () => {
    expect(left()).toEqual({ removed: 600, kept: 600 })
    const { code, out } = await runActbench({ parameters: ['runs', 'list'], folder })
    expect(code).toBe(0)
    expect(out).toContain('kept')
    expect(out).not.toContain('removed')
    expect(left()).toEqual({ removed: 0, kept: 600 })
  })

  it('grows less with every other command, none of which waits for it', async () => {
    await runActbench({ parameters: ['suites', 'list'], folder })
    expect(left().removed).toBeLessThan(600)
  })
})
