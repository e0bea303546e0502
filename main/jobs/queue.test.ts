import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '#contract/jobs'
import { jobs, logs, passports, queueState, samples, scores } from '#db'
import {
  makeFolder,
  openBench,
  seed,
  until,
  type Bench,
  type BenchOptions,
  type Folder,
} from './fixtures/queue-bench.ts'
import { createOwner } from './owner.ts'

let folder: Folder
let benches: Bench[] = []
beforeEach(() => {
  folder = makeFolder()
})
afterEach(async () => {
  for (const { queue, db } of benches) {
    await queue.close()
    db.close()
  }
  benches = []
  rmSync(folder.path, { recursive: true, force: true })
})

function open(options: Omit<BenchOptions, 'folder'>): Bench {
  const bench = openBench({ folder, ...options })
  benches.push(bench)
  return bench
}

const gate = () => join(folder.path, 'gate')
const openGate = () => {
  writeFileSync(gate(), '')
}

/** A started queue over these jobs. */
function begin(jobIds: readonly string[], options: Omit<BenchOptions, 'folder'>): Bench {
  const bench = open(options)
  seed(bench.db, folder, jobIds)
  bench.queue.start()
  return bench
}

const job = (bench: Bench, id = 'a'): Job => jobs.get(bench.db.read, id)
const doneIds = (bench: Bench, id = 'a') =>
  samples.doneIds(bench.db.read, { jobId: id, errors: true })
const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `s-${String(index).padStart(4, '0')}`)

/** Every sample once, each with its one score. */
function expectWhole(bench: Bench, count: number, id = 'a'): void {
  expect(doneIds(bench, id)).toEqual(ids(count))
  const scored = scores.forJobs(bench.db.read, [id]).get(id)!
  expect(scored.map((sample) => sample.scores.length)).toEqual(ids(count).map(() => 1))
  expect(job(bench, id)).toMatchObject({ status: 'done', done: count, total: count })
}

describe('queue', () => {
  it('runs jobs in order and tells what happens', async () => {
    const bench = begin(['a', 'b'], { script: { samples: 70, delayMs: 5 } })
    const ended = await bench.queue.settled(['a', 'b'])
    expect(ended.map((each) => each.status)).toEqual(['done', 'done'])
    expectWhole(bench, 70)
    expectWhole(bench, 70, 'b')
    expect(job(bench).endedAt!).toBeLessThanOrEqual(job(bench, 'b').startedAt!)
    expect(job(bench)).toMatchObject({ attempts: 1, tokensGenerated: 210, stage: null })
    expect(job(bench).activeMs).toBeGreaterThan(0)
    expect(job(bench).environment?.peakMemoryBytes).toBe(123_456)
    const names = bench.events.map(({ name }) => name)
    expect(names).toContain('job-progressed')
    expect(names).toContain('job-changed')
    expect(bench.events.at(-1)).toEqual({
      name: 'queue-changed',
      payload: { isPaused: false, running: 0, queued: 0 },
    })
    expect(bench.launches(), 'each job has a process of its own').toBe(2)
  })

  it('lets a job rest on the passport that an earlier job of its recipe earned', async () => {
    const bench = open({ script: { samples: 3 } })
    seed(bench.db, folder, ['a'])
    passports.save(bench.db.write, {
      recipeHash: 'none',
      recipe: {},
      isVerified: true,
      interventions: [],
      relativeErrorByLayer: [0.1],
      logitKlNats: 0.01,
      top1Agreement: 0.99,
      strengthZeroMaxAbs: 0,
      strengthZeroHolds: true,
      probe: { textHash: 't', tokens: 96 },
      calibration: [],
      issuedAt: 1,
    })
    bench.queue.start()
    await bench.queue.settled(['a'])
    expect(job(bench)).toMatchObject({ status: 'done', passportHash: 'none', isVerified: true })
  })

  it('keeps to the runs it was started for', async () => {
    const bench = open({ script: { samples: 3 } })
    seed(bench.db, folder, ['other'], 'run-0')
    seed(bench.db, folder, ['mine'], 'run-1')
    bench.queue.start({ runIds: ['run-1'] })
    await bench.queue.settled(['mine'])
    expect(job(bench, 'mine').status).toBe('done')
    expect(job(bench, 'other').status).toBe('queued')
  })

  it('pauses in the middle and resumes without running a sample twice', async () => {
    const journal = join(folder.path, 'journal')
    const bench = begin(['a'], { script: { samples: 60, holdAt: 's-0020', gate: gate(), journal } })
    await until('the samples before', () => job(bench).done === 20)
    await bench.queue.pauseJob('a')
    expect(job(bench)).toMatchObject({ status: 'paused', done: 20 })
    openGate()
    await bench.queue.resumeJob('a')
    await bench.queue.settled(['a'])
    expectWhole(bench, 60)
    const lines = readFileSync(journal, 'utf8').trim().split('\n')
    expect(new Set(lines).size, 'no sample ran twice').toBe(lines.length)
    expect(job(bench).attempts).toBe(2)
  })

  it('cancels politely, and kills an engine that does not listen', async () => {
    const bench = begin(['a', 'b'], {
      script: { samples: 60, holdAt: 's-0020', ignoresCancel: true },
      limits: { politeMs: 100 },
    })
    await until('the samples before', () => job(bench).done === 20)
    await bench.queue.cancelJob('a')
    expect(job(bench)).toMatchObject({ status: 'cancelled', error: null })
    expect(doneIds(bench)).toHaveLength(job(bench).done)
    await until('the next job', () => job(bench, 'b').status === 'running')
    await bench.queue.cancelJob('b')
    expect(job(bench, 'b').status).toBe('cancelled')
    await expect(bench.queue.resumeJob('b')).rejects.toThrow(/is cancelled/)
  })

  it('moves waiting jobs', async () => {
    const bench = open({ script: { samples: 1 } })
    seed(bench.db, folder, ['a', 'b', 'c', 'd'])
    await bench.queue.moveJob('d', 'a')
    await bench.queue.moveJob('b', null)
    for (let i = 0; i < 120; i += 1) {
      // Halving the gap again and again ends at the resolution of a number.
      await bench.queue.moveJob(i % 2 === 0 ? 'c' : 'a', i % 2 === 0 ? 'a' : 'c')
    }
    const order = queueOrder(bench)
    expect(order).toEqual(['d', 'a', 'c', 'b'])
    bench.queue.start()
    await bench.queue.settled(order)
    const started = order.map((id) => job(bench, id).startedAt!)
    expect(started).toEqual([...started].sort((x, y) => x - y))
    await expect(bench.queue.moveJob('a', null)).rejects.toThrow(/is done/)
  })

  it('pauses and resumes as a whole, also for the next process', async () => {
    const bench = begin(['a', 'b'], { script: { samples: 40, holdAt: 's-0020', gate: gate() } })
    await until('the samples before', () => job(bench).done === 20)
    await bench.queue.pauseAll()
    expect(job(bench).status).toBe('queued')
    expect(bench.queue.isPaused()).toBe(true)
    const next = open({ script: { samples: 40 } })
    next.queue.start()
    expect(next.queue.isPaused()).toBe(true)
    expect(job(bench).status).toBe('queued')
    openGate()
    await bench.queue.resumeAll()
    await bench.queue.settled(['a', 'b'])
    expectWhole(bench, 40)
    expectWhole(bench, 40, 'b')
  })

  it('goes on with the others when one job fails', async () => {
    const bench = begin(['a', 'b'], { script: { samples: 5, failAt: 's-0002', batchSize: 1 } })
    await bench.queue.settled(['a', 'b'])
    expect(job(bench)).toMatchObject({ status: 'failed', error: { message: 'scripted failure' } })
    expect(job(bench, 'b').status).toBe('failed')
    expect(doneIds(bench)).toEqual(ids(2))
  })

  it('stores an error of one sample and runs it again on retry', async () => {
    const bench = begin(['a'], { script: { samples: 8, badSamples: ['s-0003'] } })
    await bench.queue.settled(['a'])
    expect(job(bench)).toMatchObject({ status: 'done', done: 8, failed: 1 })
    const healed = open({ script: { samples: 8 } })
    healed.queue.start()
    await healed.queue.retryJob('a')
    await healed.queue.settled(['a'])
    expectWhole(healed, 8)
    expect(job(healed).failed).toBe(0)
    await expect(healed.queue.retryJob('a')).rejects.toThrow(/nothing to retry/)
  })

  it('does not call a job done that lacks samples', async () => {
    const bench = begin(['a'], { script: { samples: 8, forgetsSamples: 2 } })
    await bench.queue.settled(['a'])
    expect(job(bench).status).toBe('failed')
    expect(job(bench).error?.message).toContain('expected 8 stored samples, found 6')
  })

  it('survives a death of the engine: one more attempt, nothing lost or doubled', async () => {
    const journal = join(folder.path, 'journal')
    const dieOnce = join(folder.path, 'died')
    const bench = begin(['a'], {
      script: { samples: 50, dieAt: 's-0030', dieOnce, delayMs: 5, journal },
    })
    await bench.queue.settled(['a'])
    expect(existsSync(dieOnce), 'the engine died on the way').toBe(true)
    expectWhole(bench, 50)
    expect(job(bench)).toMatchObject({ attempts: 2, error: null })
    const [line] = logs.list(bench.db.read, { jobId: 'a', limit: 1 })
    expect(line?.message).toContain('SIGKILL')
  })

  it('fails after the second death in a row, and puts a deadly sample aside at the third', async () => {
    const bench = begin(['a'], { script: { samples: 20, dieAt: 's-0010', delayMs: 5 } })
    await bench.queue.settled(['a'])
    expect(job(bench)).toMatchObject({ status: 'failed', attempts: 2 })
    expect(job(bench).error).toMatchObject({ code: 'engine-crashed' })
    expect(job(bench).error?.details).toContain('scripted death')
    await bench.queue.resumeJob('a')
    await bench.queue.settled(['a'])
    expect(job(bench)).toMatchObject({ status: 'done', done: 20, failed: 1 })
    const stored = samples.list(bench.db.read, {
      jobId: 'a',
      afterRowId: null,
      limit: 100,
      newestFirst: false,
    })
    const failed = stored.filter(({ error }) => error !== null)
    expect(
      failed.map(({ sampleId }) => sampleId),
      'only the culprit',
    ).toEqual(['s-0010'])
    expect(failed[0]?.error?.message).toContain('died 3 times')
    expect(failed[0]?.prompt).toBe('Prompt 10')
    await bench.queue.retryJob('a')
    await bench.queue.settled(['a'])
    expect(job(bench), 'a retry gives it new chances').toMatchObject({ status: 'failed', done: 20 })
    await bench.queue.retryJob('a')
    await bench.queue.settled(['a'])
    expect(job(bench)).toMatchObject({ status: 'done', done: 20, failed: 1 })
  })

  it('ends an engine that speaks nonsense or says nothing', async () => {
    const nonsense = begin(['a'], { script: { samples: 3, speaksNonsense: true } })
    await nonsense.queue.settled(['a'])
    expect(job(nonsense).error?.message).toContain('does not understand')
    seed(nonsense.db, folder, ['b'], 'run-2')
    const silent = open({ script: { samples: 3, isSilent: true }, limits: { silenceMs: 200 } })
    silent.queue.start()
    await silent.queue.settled(['b'])
    expect(job(silent, 'b').error?.message).toContain('no sign of life')
  })

  it('leaves no question unanswered when it closes', async () => {
    const bench = open({ script: { samples: 1 } })
    const answer = bench.queue.providers()
    await Promise.all([
      expect(answer).rejects.toMatchObject({ code: 'cancelled' }),
      bench.queue.close(),
    ])
  })

  it('answers what the machine can do', async () => {
    const bench = open({ script: { samples: 1 } })
    expect(await bench.queue.providers()).toEqual([
      { provider: 'cpu', isAvailable: true, device: 'a test', reason: null },
    ])
  })
})

function queueOrder(bench: Bench): string[] {
  return jobs.withStatus(bench.db.read, 'queued').map(({ id }) => id)
}

describe('a job is only run on what it was queued with', () => {
  it.each<[string, () => Omit<BenchOptions, 'folder'>, RegExp]>([
    [
      'model fingerprint',
      () => ({ script: { samples: 3 }, readFingerprint: () => Promise.resolve('f'.repeat(64)) }),
      /model fingerprint changed.*expected aaaaaaaaaaaa, found ffffffffffff/,
    ],
    [
      'suite version',
      () => ({ script: { samples: 3 }, suiteVersion: 2 }),
      /version of suite starter changed.*expected 1, found 2/,
    ],
    [
      'data hash',
      () => {
        writeFileSync(folder.suite, 'id,prompt\n1,other\n')
        return { script: { samples: 3 } }
      },
      /data hash of suite starter changed/,
    ],
    [
      'missing model',
      () => {
        rmSync(folder.model)
        return { script: { samples: 3 } }
      },
      /Model Tiny: expected its checkpoint at .*tiny\.gguf, found nothing/,
    ],
    [
      'missing data',
      () => {
        rmSync(folder.suite)
        return { script: { samples: 3 } }
      },
      /Suite starter: expected its data at .*suite\.csv, found nothing/,
    ],
  ])('refuses another %s', async (_, prepare, message) => {
    const bench = begin(['a'], prepare())
    await bench.queue.settled(['a'])
    expect(job(bench).status).toBe('failed')
    expect(job(bench).error?.message).toMatch(message)
    expect(job(bench).error?.remedy).not.toBeNull()
    expect(bench.launches(), 'no engine was started').toBe(0)
  })
})

describe('two queues on one store', () => {
  it('never run the same job', async () => {
    const journal = join(folder.path, 'journal')
    const script = { samples: 6, delayMs: 3, journal }
    const first = open({ script })
    const second = open({ script })
    const all = Array.from({ length: 8 }, (_, index) => `job-${index}`)
    seed(first.db, folder, all)
    first.queue.start()
    second.queue.start()
    await Promise.all([first.queue.settled(all), second.queue.settled(all)])
    for (const id of all) {
      expectWhole(first, 6, id)
      expect(job(first, id).attempts).toBe(1)
    }
    const lines = readFileSync(journal, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(48)
    expect(new Set(lines).size).toBe(48)
    expect(first.launches()).toBeGreaterThan(0)
    expect(second.launches()).toBeGreaterThan(0)
  })

  it('cancel and pause each other', async () => {
    const owner = begin(['a', 'b'], { script: { samples: 60, holdAt: 's-0020' } })
    const other = open({ script: { samples: 60 } })
    await until('the samples before', () => job(owner).done === 20)
    await other.queue.pauseJob('a')
    expect(job(owner).status).toBe('paused')
    await until('the next job', () => job(owner, 'b').status === 'running')
    await other.queue.cancelJob('b')
    expect(job(owner, 'b').status).toBe('cancelled')
  })

  it('leave the jobs of a living owner alone', () => {
    const bench = open({ script: { samples: 1 } })
    seed(bench.db, folder, ['a'])
    queueState.claim(bench.db.write, { owner: createOwner(), runIds: null, now: 1 })
    bench.queue.start()
    expect(job(bench).status).toBe('running')
  })

  it('take over from an owner whose pid belongs to another process now', async () => {
    const bench = open({ script: { samples: 4 } })
    seed(bench.db, folder, ['a'])
    const owner = { ...createOwner(), startedAt: 'long ago' }
    queueState.claim(bench.db.write, { owner, runIds: null, now: 1 })
    bench.queue.start()
    expect(job(bench).status).toBe('interrupted')
    expect(await bench.queue.resumeInterrupted()).toEqual(['a'])
    await bench.queue.settled(['a'])
    expectWhole(bench, 4)
  })

  it('cancel a job whose owner just died', async () => {
    const bench = open({ script: { samples: 4 } })
    seed(bench.db, folder, ['a'])
    bench.queue.start({ runIds: [] })
    const owner = { ...createOwner(), startedAt: 'long ago' }
    queueState.claim(bench.db.write, { owner, runIds: null, now: 1 })
    await bench.queue.cancelJob('a')
    expect(job(bench).status).toBe('cancelled')
  })

  it('close leaves the running job interrupted and resumable', async () => {
    const bench = begin(['a'], { script: { samples: 60, holdAt: 's-0020' } })
    await until('the samples before', () => job(bench).done === 20)
    await bench.queue.close()
    expect(job(bench).status).toBe('interrupted')
    const next = open({ script: { samples: 60 } })
    next.queue.start()
    await next.queue.resumeInterrupted()
    await next.queue.settled(['a'])
    expectWhole(next, 60)
  })
})

describe('no room', () => {
  it('does not begin a job on a full disk, and pauses the queue', async () => {
    const bench = begin(['a', 'b'], { script: { samples: 3 }, freeBytes: Number.MAX_SAFE_INTEGER })
    await bench.queue.settled(['a', 'b'])
    expect(bench.queue.isPaused()).toBe(true)
    expect(job(bench)).toMatchObject({
      status: 'queued',
      error: { code: 'resource-exhausted' },
    })
    expect(bench.launches()).toBe(0)
  })

  it('loses nothing that was committed when the disk fills up, and goes on after room was made', async () => {
    const bench = open({ script: { samples: 1_500, delayMs: 1, batchSize: 20 } })
    seed(bench.db, folder, ['a'])
    const pages = fillUpAt(bench, 60)
    bench.queue.start()
    await bench.queue.settled(['a'])
    expect(bench.queue.isPaused()).toBe(true)
    expect(job(bench)).toMatchObject({ status: 'queued', error: { code: 'resource-exhausted' } })
    expect(job(bench).error?.remedy).toContain('Free some space')
    const stored = doneIds(bench).length
    expect(stored).toBeGreaterThan(0)
    expect(stored).toBe(job(bench).done)
    pages.makeRoom()
    await bench.queue.resumeAll()
    await bench.queue.settled(['a'])
    expectWhole(bench, 1_500)
  })
})

/** SQLite answers SQLITE_FULL once this connection would need more than `extra` further pages. */
function fillUpAt(bench: Bench, extra: number): { makeRoom: () => void } {
  const [symbol] = Object.getOwnPropertySymbols(bench.db.read)
  const handle = bench.db.read as unknown as Record<
    symbol,
    { sqlite: { pragma: (text: string, options?: { simple: true }) => unknown } }
  >
  const { sqlite } = handle[symbol!]!
  const pages = Number(sqlite.pragma('page_count', { simple: true }))
  sqlite.pragma(`max_page_count = ${pages + extra}`)
  return {
    makeRoom: () => {
      sqlite.pragma('max_page_count = 4294967294')
    },
  }
}
