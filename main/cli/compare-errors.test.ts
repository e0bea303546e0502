/** The whole way of error tables to the terminal: stored answers, `compare`, lines. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, samples } from '#db'
import { makeUtterance, now, seedRun } from '../../db/fixtures/seed.ts'
import { runActbench } from './fixtures/run-actbench.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-errors-'))
  mkdirSync(join(folder, 'profile'))
  const db = openDatabase({ path: join(folder, 'profile', 'actbench.sqlite') })
  seedRun(db.write, { runId: 'nlu', jobIds: ['exact', 'changed'], suite: { id: 'massive' } })
  for (const jobId of ['exact', 'changed']) {
    const says = { intent: jobId === 'changed' ? 'alarm_query' : 'alarm_set' }
    const results = Array.from({ length: 20 }, (_, index) =>
      makeUtterance({ index, cluster: `request-${index}`, says }),
    )
    samples.record(db.write, { jobId, results, now })
  }
  db.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('compare', () => {
  it('shows which intents are taken for others', async () => {
    const { code, out } = await runActbench({ parameters: ['compare', 'nlu'], folder })
    expect(code).toBe(0)
    expect(out).toMatch(/MASSIVE · confused intents\n +intent +taken for +A +B\n/u)
    expect(out).toMatch(/alarm_set +alarm_query +0\.0% \[.*\] +100\.0% \[.*\] \+100\.0\*/u)
  })

  it('leaves them to the export where JSON is asked for', async () => {
    const parameters = ['compare', 'nlu', '--json', '--suite', 'massive']
    const { out } = await runActbench({ parameters, folder })
    expect(Object.keys(JSON.parse(out) as object)).not.toContain('errors')
  })
})
