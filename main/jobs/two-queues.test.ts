import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { queueState } from '#db'
import { seed, until } from './fixtures/queue-bench.ts'
import { expectWhole, jobOf, useBenches } from './fixtures/use-benches.ts'
import { createOwner } from './owner.ts'

const benches = useBenches()

describe('two queues on one store', () => {
  it('never run the same job', async () => {
    const journal = benches.path('journal')
    const script = { samples: 6, delayMs: 3, journal }
    const first = benches.open({ script })
    const second = benches.open({ script })
    const all = Array.from({ length: 8 }, (_, index) => `job-${index}`)
    seed(first.db, benches.folder(), all)
    first.queue.start()
    second.queue.start()
    await Promise.all([first.queue.settled(all), second.queue.settled(all)])
    for (const id of all) {
      expectWhole(first, 6, id)
      expect(jobOf(first, id).attempts).toBe(1)
    }
    const lines = readFileSync(journal, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(48)
    expect(new Set(lines).size).toBe(48)
    expect(first.launches()).toBeGreaterThan(0)
    expect(second.launches()).toBeGreaterThan(0)
  })

  it('cancel and pause each other', async () => {
    const owner = benches.begin(['a', 'b'], { script: { samples: 60, holdAt: 's-0020' } })
    const other = benches.open({ script: { samples: 60 } })
    await until('the samples before', () => jobOf(owner).done === 20)
    await other.queue.pauseJob('a')
    expect(jobOf(owner).status).toBe('paused')
    await until('the next job', () => jobOf(owner, 'b').status === 'running')
    await other.queue.cancelJob('b')
    expect(jobOf(owner, 'b').status).toBe('cancelled')
  })

  it('are paused as a whole by one of them', async () => {
    const owner = benches.begin(['a'], { script: { samples: 60, holdAt: 's-0020' } })
    const other = benches.open({ script: { samples: 60 } })
    await until('the samples before', () => jobOf(owner).done === 20)
    await other.queue.pauseAll()
    expect(jobOf(owner)).toMatchObject({ status: 'queued', done: 20 })
  })

  it('leave the jobs of a living owner alone', () => {
    const bench = benches.open({ script: { samples: 1 } })
    seed(bench.db, benches.folder(), ['a'])
    queueState.claim(bench.db.write, { owner: createOwner(), runIds: null, now: 1 })
    bench.queue.start()
    expect(jobOf(bench).status).toBe('running')
  })

  it('take over from an owner whose pid belongs to another process now', async () => {
    const bench = benches.open({ script: { samples: 4 } })
    seed(bench.db, benches.folder(), ['a'])
    const owner = { ...createOwner(), startedAt: 'long ago' }
    queueState.claim(bench.db.write, { owner, runIds: null, now: 1 })
    bench.queue.start()
    expect(jobOf(bench).status).toBe('interrupted')
    expect(await bench.queue.resumeInterrupted()).toEqual(['a'])
    await bench.queue.settled(['a'])
    expectWhole(bench, 4)
  })

  it('cancel a job whose owner just died', async () => {
    const bench = benches.open({ script: { samples: 4 } })
    seed(bench.db, benches.folder(), ['a'])
    bench.queue.start({ runIds: [] })
    const owner = { ...createOwner(), startedAt: 'long ago' }
    queueState.claim(bench.db.write, { owner, runIds: null, now: 1 })
    await bench.queue.cancelJob('a')
    expect(jobOf(bench).status).toBe('cancelled')
  })

  it('close leaves the running job interrupted and resumable', async () => {
    const bench = benches.begin(['a'], { script: { samples: 60, holdAt: 's-0020' } })
    await until('the samples before', () => jobOf(bench).done === 20)
    await bench.queue.close()
    expect(jobOf(bench).status).toBe('interrupted')
    const next = benches.open({ script: { samples: 60 } })
    next.queue.start()
    await next.queue.resumeInterrupted()
    await next.queue.settled(['a'])
    expectWhole(next, 60)
  })
})
