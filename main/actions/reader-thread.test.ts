import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { comparisonSpecSchema, type ComparisonSpec } from '#contract/comparisons'
import { planSchema } from '#contract/plans'
import { finishJob } from './fixtures/finish-job.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { createReaderThread } from './reader-thread.ts'
import type { Reader } from './reader.ts'

const entryPath = fileURLToPath(new URL('reader-entry.ts', import.meta.url))
const prompts = ['Name a herb', 'Name a tool', 'Name a fruit', 'Name a tree']

let scratch: Scratch
let reader: Reader
let spec: ComparisonSpec
beforeEach(async () => {
  scratch = openScratch()
  reader = createReaderThread({ entryPath, storePath: scratch.services.db.path })
  await scratch.addModel('tiny')
  await scratch.addSuite('starter-harmful', prompts, 'refuse')
  const run = await scratch.actions['plans.start']({
    plan: planSchema.parse({
      name: 'First',
      configurations: [
        { name: 'baseline', modelId: 'tiny' },
        { name: 'half', modelId: 'tiny', interventions: [{ id: 'activation-sparsity' }] },
      ],
      suites: [{ id: 'starter-harmful' }],
    }),
  })
  spec = comparisonSpecSchema.parse({ runIds: [run.id] })
  finishJob(scratch.services.db, { id: run.jobs[0]!.id, prompts, values: [0, 0, 0, 1] })
  const [, second] = run.jobs
  finishSecond = () =>
    finishJob(scratch.services.db, { id: second!.id, prompts, values: [1, 1, 0, 0] })
})
let finishSecond: () => void
afterEach(async () => {
  await reader.close()
  scratch.close()
})

describe('the thread that reads', () => {
  it('answers what this thread answers, also after the store has changed', async () => {
    const before = await reader.read('comparisons.get', spec)
    expect(before.rows[0]?.cells[1]).toBeNull()
    finishSecond()
    const [there, here] = await Promise.all([
      reader.read('comparisons.get', spec),
      scratch.services.reader.read('comparisons.get', spec),
    ])
    expect(there.rows[0]?.cells[1]?.difference).toMatchObject({ raised: 2, lowered: 1 })
    expect({ ...there, createdAt: 0 }).toEqual({ ...here, createdAt: 0 })
    const filter = {
      suiteId: 'starter-harmful',
      scorer: 'refusal-keywords',
      variant: 'zou2023-transfer',
      search: '',
      show: 'flips',
      category: null,
    } as const
    const page = await reader.read('comparisons.samples', { spec, filter, cursor: null, limit: 2 })
    expect(page.samples.map(({ sampleId }) => sampleId)).toEqual(['s0', 's1'])
    expect(page.total).toBe(3)
  })

  it('answers equal questions that wait once, and never with what it read before they were asked', async () => {
    const first = reader.read('comparisons.get', spec)
    const waiting = Array.from({ length: 5 }, () => reader.read('comparisons.get', spec))
    const other = reader.read('comparisons.get', { ...spec, configurations: ['baseline'] })
    const before = await first
    expect(before.rows[0]?.cells[1]).toBeNull()
    const shared = await Promise.all(waiting)
    expect(new Set(shared).size).toBe(1)
    expect(shared[0]).not.toBe(before)
    // This one is being read by now.
    finishSecond()
    const after = await reader.read('comparisons.get', spec)
    expect(after.rows[0]?.cells[1]?.difference).toMatchObject({ raised: 2, lowered: 1 })
    expect((await other).columns).toHaveLength(1)
  })

  it('hands failures over as they are', async () => {
    await expect(
      reader.read('comparisons.get', { ...spec, configurations: ['third'] }),
    ).rejects.toMatchObject({
      code: 'not-found',
      remedy: expect.stringContaining('name') as string,
    })
    await expect(reader.read('comparisons.get', spec)).resolves.toMatchObject({ title: 'First' })
  })

  it('leaves this thread free while it reads', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    await reader.read('comparisons.get', spec)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })

  it('starts again after it ended, and gives up what it reads when it is closed', async () => {
    const givenUp = expect(reader.read('comparisons.get', spec)).rejects.toMatchObject({
      code: 'cancelled',
    })
    await reader.close()
    await givenUp
    await expect(reader.read('comparisons.get', spec)).resolves.toMatchObject({ title: 'First' })
  })

  it('says so when it cannot start or the store is damaged', async () => {
    const missing = createReaderThread({
      entryPath: join(scratch.folder, 'nowhere.js'),
      storePath: scratch.services.db.path,
    })
    await expect(missing.read('comparisons.get', spec)).rejects.toMatchObject({ code: 'internal' })
    const storePath = join(scratch.folder, 'damaged.sqlite')
    writeFileSync(storePath, 'no store at all, and longer than any header of one'.repeat(100))
    const damaged = createReaderThread({ entryPath, storePath })
    await expect(damaged.read('comparisons.get', spec)).rejects.toMatchObject({
      code: 'damaged-store',
    })
    await damaged.close()
    rmSync(storePath)
  })
})
