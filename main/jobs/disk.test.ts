import { describe, expect, it } from 'vitest'
import { seed, type Bench } from './fixtures/queue-bench.ts'
import { doneIds, expectWhole, jobOf, useBenches } from './fixtures/use-benches.ts'

const benches = useBenches()

describe('no room', () => {
  it('does not begin a job on a full disk, and pauses the queue', async () => {
    const bench = benches.begin(['a', 'b'], {
      script: { samples: 3 },
      freeBytes: Number.MAX_SAFE_INTEGER,
    })
    await bench.queue.settled(['a', 'b'])
    expect(bench.queue.isPaused()).toBe(true)
    expect(jobOf(bench)).toMatchObject({
      status: 'queued',
      error: { code: 'resource-exhausted' },
    })
    expect(bench.launches()).toBe(0)
  })

  it('loses nothing that was committed when the disk fills up, and goes on after room was made', async () => {
    const bench = benches.open({ script: { samples: 1_500, delayMs: 1, batchSize: 20 } })
    seed(bench.db, benches.folder(), ['a'])
    const pages = fillUpAt(bench, 60)
    bench.queue.start()
    await bench.queue.settled(['a'])
    expect(bench.queue.isPaused()).toBe(true)
    expect(jobOf(bench)).toMatchObject({ status: 'queued', error: { code: 'resource-exhausted' } })
    expect(jobOf(bench).error?.remedy).toContain('Free some space')
    const stored = doneIds(bench).length
    expect(stored).toBeGreaterThan(0)
    expect(stored).toBe(jobOf(bench).done)
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
