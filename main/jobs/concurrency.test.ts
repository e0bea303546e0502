/** Several jobs at once, and engine processes that go from job to job. */
import { describe, expect, it } from 'vitest'
import { availableParallelism } from 'node:os'
import { configurations, jobs, settings } from '#db'
import { makeConfiguration, now } from '../../db/fixtures/seed.ts'
import { seed, until, isProcessAlive } from './fixtures/queue-bench.ts'
import { expectWhole, jobOf, useBenches } from './fixtures/use-benches.ts'

const benches = useBenches()
const four = ['a', 'b', 'c', 'd']

describe('jobs at once', () => {
  it('are as many as the profile says, each in a process of its own', async () => {
    const script = { samples: 20, holdAt: 's-0008', gate: benches.path('gate') }
    const bench = benches.open({ script })
    seed(bench.db, benches.folder(), four)
    bench.queue.setConcurrency(3)
    bench.queue.start()
    await until('three running jobs', () =>
      ['a', 'b', 'c'].every((id) => jobOf(bench, id).done === 8),
    )
    expect(jobOf(bench, 'd').status).toBe('queued')
    expect(new Set(bench.queue.enginePids()).size).toBe(3)
    expect(jobOf(bench, 'a').environment?.threads, 'they share the cores').toBe(
      Math.max(1, Math.floor(availableParallelism() / 3)),
    )
    benches.openGate()
    await bench.queue.settled(four)
    for (const id of four) expectWhole(bench, 20, id)
    expect(bench.launches(), 'the fourth took over the process of another').toBe(3)
  })

  it('pause, cancel and go back to the queue one by one and together', async () => {
    const script = { samples: 20, holdAt: 's-0008', gate: benches.path('gate') }
    const bench = benches.open({ script })
    seed(bench.db, benches.folder(), four)
    bench.queue.setConcurrency(2)
    bench.queue.start()
    const isHeld = (id: string) => jobOf(bench, id).done === 8
    await until('two running jobs', () => isHeld('a') && isHeld('b'))
    await bench.queue.cancelJob('b')
    expect(jobOf(bench, 'a').status, 'the other one goes on').toBe('running')
    await until('the next one', () => isHeld('c'))
    await bench.queue.pauseJob('a')
    await until('the last one', () => isHeld('d'))
    await bench.queue.pauseAll()
    expect(four.map((id) => jobOf(bench, id).status)).toEqual([
      'paused',
      'cancelled',
      'queued',
      'queued',
    ])
    benches.openGate()
    await bench.queue.resumeAll()
    await bench.queue.resumeJob('a')
    await bench.queue.settled(four)
    for (const id of ['a', 'c', 'd']) expectWhole(bench, 20, id)
  })

  it('are interrupted together when the queue closes', async () => {
    const bench = benches.open({ script: { samples: 20, holdAt: 's-0008' } })
    seed(bench.db, benches.folder(), four)
    bench.queue.setConcurrency(4)
    bench.queue.start()
    await until('four running jobs', () => four.every((id) => jobOf(bench, id).done === 8))
    const pids = bench.queue.enginePids()
    await bench.queue.close()
    expect(four.map((id) => jobOf(bench, id).status)).toEqual(four.map(() => 'interrupted'))
    await until('the end of all engines', () => !pids.some(isProcessAlive))
  })

  it('is a number that the next process knows', () => {
    const bench = benches.open({ script: { samples: 1 } })
    expect(bench.queue.concurrentJobs()).toBe(1)
    bench.queue.setConcurrency(5)
    expect(benches.open({ script: { samples: 1 } }).queue.concurrentJobs()).toBe(5)
    expect(settings.concurrentJobs(bench.db.read)).toBe(5)
  })
})

describe('an engine process', () => {
  it('is not used by a job of another precision, nor after a failure', async () => {
    const bench = benches.open({ script: { samples: 3 } })
    seed(bench.db, benches.folder(), ['a', 'b'])
    const configuration = { ...makeConfiguration(), precision: 'fast' as const }
    const configurationHash = configurations.ensure(bench.db.write, {
      name: 'fast',
      configuration,
      now,
    })
    const order = { ...jobs.order(bench.db.read, 'a'), ...jobOf(bench, 'a') }
    jobs.create(bench.db.write, [{ ...order, id: 'fast', configurationHash }])
    bench.queue.start()
    await bench.queue.settled(['a', 'b', 'fast'])
    expect(bench.launches(), 'one for a and b, one for the other precision').toBe(2)
    const failing = benches.open({ script: { samples: 3, failAt: 's-0001' } })
    seed(failing.db, benches.folder(), ['x', 'y'], 'run-2')
    failing.queue.start()
    await failing.queue.settled(['x', 'y'])
    expect(failing.launches()).toBe(2)
  })

  it('ends when it has rested too long', async () => {
    const bench = benches.begin(['a'], { script: { samples: 3 }, limits: { idleMs: 50 } })
    await bench.queue.settled(['a'])
    await new Promise((resolve) => setTimeout(resolve, 200))
    seed(bench.db, benches.folder(), ['b'], 'run-2')
    bench.queue.wake()
    await bench.queue.settled(['b'])
    expect(bench.launches()).toBe(2)
  })
})
