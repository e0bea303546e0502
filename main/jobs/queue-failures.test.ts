/** What goes wrong with single samples, with jobs and with engines. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { logs, samples } from '#db'
import { seed } from './fixtures/queue-bench.ts'
import { doneIds, expectWhole, jobOf, sampleIds, useBenches } from './fixtures/use-benches.ts'

const benches = useBenches()

describe('failures', () => {
  it('goes on with the others when one job fails', async () => {
    const bench = benches.begin(['a', 'b'], {
      script: { samples: 5, failAt: 's-0002', batchSize: 1 },
    })
    await bench.queue.settled(['a', 'b'])
    expect(jobOf(bench)).toMatchObject({ status: 'failed', error: { message: 'scripted failure' } })
    expect(jobOf(bench, 'b').status).toBe('failed')
    expect(doneIds(bench)).toEqual(sampleIds(2))
  })

  it('stores an error of one sample and runs it again on retry', async () => {
    const bench = benches.begin(['a'], { script: { samples: 8, badSamples: ['s-0003'] } })
    await bench.queue.settled(['a'])
    expect(jobOf(bench)).toMatchObject({ status: 'done', done: 8, failed: 1 })
    const healed = benches.open({ script: { samples: 8 } })
    healed.queue.start()
    await healed.queue.retryJob('a')
    await healed.queue.settled(['a'])
    expectWhole(healed, 8)
    expect(jobOf(healed).failed).toBe(0)
    await expect(healed.queue.retryJob('a')).rejects.toThrow(/nothing to retry/)
  })

  it('does not call a job done that lacks samples', async () => {
    const bench = benches.begin(['a'], { script: { samples: 8, forgetsSamples: 2 } })
    await bench.queue.settled(['a'])
    expect(jobOf(bench).status).toBe('failed')
    expect(jobOf(bench).error?.message).toContain('expected 8 stored samples, found 6')
  })

  it('survives a death of the engine: one more attempt, nothing lost or doubled', async () => {
    const journal = benches.path('journal')
    const dieOnce = benches.path('died')
    const bench = benches.begin(['a'], {
      script: { samples: 50, dieAt: 's-0030', dieOnce, delayMs: 5, journal },
    })
    await bench.queue.settled(['a'])
    expect(existsSync(dieOnce), 'the engine died on the way').toBe(true)
    expectWhole(bench, 50)
    expect(jobOf(bench)).toMatchObject({ attempts: 2, error: null })
    const [line] = logs.list(bench.db.read, { jobId: 'a', limit: 1 })
    expect(line?.message).toContain('SIGKILL')
  })

  it('fails after the second death in a row, and puts a deadly sample aside at the third', async () => {
    const bench = benches.begin(['a'], { script: { samples: 20, dieAt: 's-0010', delayMs: 5 } })
    await bench.queue.settled(['a'])
    expect(jobOf(bench)).toMatchObject({ status: 'failed', attempts: 2 })
    expect(jobOf(bench).error).toMatchObject({ code: 'engine-crashed' })
    expect(jobOf(bench).error?.details).toContain('scripted death')
    await bench.queue.resumeJob('a')
    await bench.queue.settled(['a'])
    expect(jobOf(bench)).toMatchObject({ status: 'done', done: 20, failed: 1 })
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
    expect(jobOf(bench), 'a retry gives it new chances').toMatchObject({
      status: 'failed',
      done: 20,
    })
    await bench.queue.retryJob('a')
    await bench.queue.settled(['a'])
    expect(jobOf(bench)).toMatchObject({ status: 'done', done: 20, failed: 1 })
  })

  it('ends an engine that speaks nonsense or says nothing', async () => {
    const nonsense = benches.begin(['a'], { script: { samples: 3, speaksNonsense: true } })
    await nonsense.queue.settled(['a'])
    expect(jobOf(nonsense).error?.message).toContain('does not understand')
    seed(nonsense.db, benches.folder(), ['b'], 'run-2')
    const silent = benches.open({
      script: { samples: 3, isSilent: true },
      limits: { silenceMs: 200 },
    })
    silent.queue.start()
    await silent.queue.settled(['b'])
    expect(jobOf(silent, 'b').error?.message).toContain('no sign of life')
  })
})
