import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { jobs, passports } from '#db'
import { seed, until, type Bench } from './fixtures/queue-bench.ts'
import { doneIds, expectWhole, jobOf, useBenches } from './fixtures/use-benches.ts'

const benches = useBenches()

describe('queue', () => {
  it('runs jobs in order and tells what happens', async () => {
    const bench = benches.begin(['a', 'b'], { script: { samples: 70, delayMs: 5 } })
    const ended = await bench.queue.settled(['a', 'b'])
    expect(ended.map((each) => each.status)).toEqual(['done', 'done'])
    expectWhole(bench, 70)
    expectWhole(bench, 70, 'b')
    expect(jobOf(bench).endedAt!).toBeLessThanOrEqual(jobOf(bench, 'b').startedAt!)
    expect(jobOf(bench)).toMatchObject({ attempts: 1, tokensGenerated: 210, stage: null })
    expect(jobOf(bench).activeMs).toBeGreaterThan(0)
    expect(jobOf(bench).environment?.peakMemoryBytes).toBe(123_456)
    const names = bench.events.map(({ name }) => name)
    expect(names).toContain('job-progressed')
    expect(names).toContain('job-changed')
    expect(bench.events.at(-1)).toEqual({
      name: 'queue-changed',
      payload: { isPaused: false, running: 0, queued: 0 },
    })
    expect(bench.launches(), 'jobs of one model share a process').toBe(1)
  })

  it('lets a job rest on the passport that an earlier job of its recipe earned', async () => {
    const bench = benches.open({ script: { samples: 3 } })
    seed(bench.db, benches.folder(), ['a'])
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
    expect(jobOf(bench)).toMatchObject({ status: 'done', passportHash: 'none', isVerified: true })
  })

  it('keeps to the runs it was started for', async () => {
    const bench = benches.open({ script: { samples: 3 } })
    seed(bench.db, benches.folder(), ['other'], 'run-0')
    seed(bench.db, benches.folder(), ['mine'], 'run-1')
    bench.queue.start({ runIds: ['run-1'] })
    await bench.queue.settled(['mine'])
    expect(jobOf(bench, 'mine').status).toBe('done')
    expect(jobOf(bench, 'other').status).toBe('queued')
  })

  it('pauses in the middle and resumes without running a sample twice', async () => {
    const journal = benches.path('journal')
    const bench = benches.begin(['a'], {
      script: { samples: 60, holdAt: 's-0020', gate: benches.path('gate'), journal },
    })
    await until('the samples before', () => jobOf(bench).done === 20)
    await bench.queue.pauseJob('a')
    expect(jobOf(bench)).toMatchObject({ status: 'paused', done: 20 })
    benches.openGate()
    await bench.queue.resumeJob('a')
    await bench.queue.settled(['a'])
    expectWhole(bench, 60)
    const lines = readFileSync(journal, 'utf8').trim().split('\n')
    expect(new Set(lines).size, 'no sample ran twice').toBe(lines.length)
    expect(jobOf(bench).attempts).toBe(2)
  })

  it('cancels politely, and kills an engine that does not listen', async () => {
    const bench = benches.begin(['a', 'b'], {
      script: { samples: 60, holdAt: 's-0020', ignoresCancel: true },
      limits: { politeMs: 100 },
    })
    await until('the samples before', () => jobOf(bench).done === 20)
    await bench.queue.cancelJob('a')
    expect(jobOf(bench)).toMatchObject({ status: 'cancelled', error: null })
    expect(doneIds(bench)).toHaveLength(jobOf(bench).done)
    await until('the next job', () => jobOf(bench, 'b').status === 'running')
    await bench.queue.cancelJob('b')
    expect(jobOf(bench, 'b').status).toBe('cancelled')
    await expect(bench.queue.resumeJob('b')).rejects.toThrow(/is cancelled/)
  })

  it('moves waiting jobs', async () => {
    const bench = benches.open({ script: { samples: 1 } })
    seed(bench.db, benches.folder(), ['a', 'b', 'c', 'd'])
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
    const started = order.map((id) => jobOf(bench, id).startedAt!)
    expect(started).toEqual([...started].sort((x, y) => x - y))
    await expect(bench.queue.moveJob('a', null)).rejects.toThrow(/is done/)
  })

  it('pauses and resumes as a whole, also for the next process', async () => {
    const bench = benches.begin(['a', 'b'], {
      script: { samples: 40, holdAt: 's-0020', gate: benches.path('gate') },
    })
    await until('the samples before', () => jobOf(bench).done === 20)
    await bench.queue.pauseAll()
    expect(jobOf(bench).status).toBe('queued')
    expect(bench.queue.isPaused()).toBe(true)
    const next = benches.open({ script: { samples: 40 } })
    next.queue.start()
    expect(next.queue.isPaused()).toBe(true)
    expect(jobOf(bench).status).toBe('queued')
    benches.openGate()
    await bench.queue.resumeAll()
    await bench.queue.settled(['a', 'b'])
    expectWhole(bench, 40)
    expectWhole(bench, 40, 'b')
  })

  it('leaves no question unanswered when it closes', async () => {
    const bench = benches.open({ script: { samples: 1 } })
    const answer = bench.queue.providers()
    await Promise.all([
      expect(answer).rejects.toMatchObject({ code: 'cancelled' }),
      bench.queue.close(),
    ])
  })

  it('answers what the machine can do', async () => {
    const bench = benches.open({ script: { samples: 1 } })
    expect(await bench.queue.providers()).toEqual([
      { provider: 'cpu', isAvailable: true, device: 'a test', reason: null },
    ])
  })
})

function queueOrder(bench: Bench): string[] {
  return jobs.withStatus(bench.db.read, 'queued').map(({ id }) => id)
}
