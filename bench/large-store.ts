/**
 * A store as large as several configurations on all of MASSIVE, with outcomes drawn by a seed: how long it takes to write, to compare and
 * to remove, and how much memory the comparison takes. The rows and the code that reads them are the app's own.
 *
 *   node bench/large-store.ts [CONFIGURATIONS, 4] [UTTERANCES, 154648]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { SampleResult } from '#contract/jobs'
import type { Score } from '#contract/suites'
import * as catalog from '#engine/catalog'
import { openDatabase, queueState, runs, samples, sizeBytes, type Database } from '#db'
import { makeResult, now, seedRun } from '../db/fixtures/seed.ts'
import { getComparison } from '../main/actions/comparisons.ts'
import { createSweeper } from '../main/actions/sweeper.ts'
import { createRng, type Rng } from '../main/engine/stats/rng.ts'

const runId = 'run-1'
const locales = 52
/** Samples of one transaction, as many as the recorder writes at once when they come fast. */
const together = 1000
const owner = { id: 'bench', pid: process.pid, startedAt: 'bench' }

const [first = '4', second = '154648', third] = process.argv.slice(2)
if (first === '--compare') compare(second, third ?? '')
else await measure(Number(first), Number(second))

async function measure(configurations: number, utterances: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-bench-'))
  const path = join(folder, 'actbench.sqlite')
  try {
    const db = openDatabase({ path })
    const jobIds = Array.from({ length: configurations }, (_, at) => `job-${at}`)
    console.log(`${configurations} configurations x ${utterances} utterances`)
    const written = performance.now()
    fill(db, { jobIds, utterances })
    const size = (sizeBytes(db.read) / 2 ** 30).toFixed(2)
    console.log(`written in ${since(written)}: ${size} GiB`)
    // In a process of its own, so that the memory is that of reading.
    const parameters = [import.meta.filename, '--compare', path, runId]
    const { status } = spawnSync(process.execPath, parameters, { stdio: 'inherit' })
    if (status !== 0) throw new Error(`The comparison ended with ${status ?? 'a signal'}`)
    const removed = performance.now()
    runs.remove(db.write, { id: runId, now: now + 1 })
    console.log(`gone from the list in ${since(removed)}`)
    await createSweeper(db).finished()
    console.log(`all of it deleted, piece by piece, in ${since(removed)}`)
    db.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function compare(path: string, id: string): void {
  const db = openDatabase({ path, readOnly: true })
  const started = performance.now()
  const services = { db, catalog, clock: Date.now }
  const { suites } = getComparison(services, {
    ...{ runIds: [id], configurations: null, baseline: null, suites: null },
  })
  const { user, system } = process.cpuUsage()
  const peak = (process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)
  console.log(
    `compared in ${since(started)} (${((user + system) / 1e6).toFixed(1)} s of processor time), ${peak} GiB at most; ${suites.length} suite`,
  )
  db.close()
}

function fill(db: Database, made: { jobIds: readonly string[]; utterances: number }): void {
  const { jobIds, utterances } = made
  seedRun(db.write, { runId, jobIds, suite: { id: 'massive' } })
  for (const [at, jobId] of jobIds.entries()) {
    const rng = createRng(at)
    queueState.claim(db.write, { owner, runIds: [runId], now })
    for (let from = 0; from < utterances; from += together) {
      const count = Math.min(together, utterances - from)
      const results = Array.from({ length: count }, (_, i) => result(rng, from + i))
      samples.record(db.write, { jobId, results, now })
    }
    queueState.release(db.write, {
      ...{ id: jobId, ownerId: owner.id, status: 'done', error: null, now },
    })
  }
}

/** The same requests in every locale, one locale after the other. */
function result(rng: Rng, index: number): SampleResult {
  const made = makeResult({ index })
  const locale = `locale-${index % locales}`
  const isRight = rng.uniform() < 0.85
  return {
    ...made,
    sample: {
      ...made.sample,
      ...{ id: `${locale}/${Math.floor(index / locales)}`, category: locale },
      ...{ cluster: String(Math.floor(index / locales)), expectation: 'none' },
    },
    scores: [
      score('intent_accuracy', { value: isRight ? 1 : 0, weight: 1 }),
      score('slot_f1', slots(rng)),
      score('nlu_exact_match', { value: isRight && rng.uniform() < 0.75 ? 1 : 0, weight: 1 }),
    ],
  }
}

function slots(rng: Rng): Pick<Score, 'value' | 'weight'> {
  const weight = 2 * Math.floor(3 * rng.uniform())
  return { value: weight === 0 ? null : rng.uniform(), weight }
}

function score(name: string, given: Pick<Score, 'value' | 'weight'>): Score {
  const label = given.value === 1 ? 'right' : 'wrong'
  return {
    ...{ scorer: 'massive-nlu', variant: 'reference', version: 1, name, label, evidence: null },
    ...given,
  }
}

function since(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(2)} s`
}
