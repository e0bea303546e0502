import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { seed } from './fixtures/queue-bench.ts'
import { jobOf, type OpenOptions, useBenches } from './fixtures/use-benches.ts'

const benches = useBenches()

describe('a job is only run on what it was queued with', () => {
  it.each<[string, () => OpenOptions, RegExp]>([
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
        writeFileSync(benches.folder().suite, 'id,prompt\n1,other\n')
        return { script: { samples: 3 } }
      },
      /data hash of suite starter changed/,
    ],
    [
      'missing model',
      () => {
        rmSync(benches.folder().model)
        return { script: { samples: 3 } }
      },
      /Model Tiny: expected its checkpoint at .*tiny\.gguf, found nothing/,
    ],
    [
      'missing data',
      () => {
        rmSync(benches.folder().suite)
        return { script: { samples: 3 } }
      },
      /Suite starter: expected its data at .*suite\.csv, found nothing/,
    ],
  ])('refuses another %s', async (_, prepare, message) => {
    const bench = benches.begin(['a'], prepare())
    await bench.queue.settled(['a'])
    expect(jobOf(bench).status).toBe('failed')
    expect(jobOf(bench).error?.message).toMatch(message)
    expect(jobOf(bench).error?.remedy).not.toBeNull()
    expect(bench.launches(), 'no engine was started').toBe(0)
  })

  it('refuses another calibration text than the configuration names, and none', async () => {
    const hash = createHash('sha256').update('own text').digest('hex')
    const kept = benches.path(`${hash}.txt`)
    const bench = benches.open({ script: { samples: 3 } })
    seed(bench.db, benches.folder(), ['a'], 'run-1', hash)
    bench.queue.start()
    await bench.queue.settled(['a'])
    expect(jobOf(bench).error?.message).toMatch(/Calibration text .*found nothing there/)
    writeFileSync(kept, 'changed')
    await bench.queue.retryJob('a')
    await bench.queue.settled(['a'])
    expect(jobOf(bench).error?.message).toMatch(/calibration text changed/)
    writeFileSync(kept, 'own text')
    await bench.queue.retryJob('a')
    await bench.queue.settled(['a'])
    expect(jobOf(bench).status).toBe('done')
  })
})
