import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { planSchema } from '#contract/plans'
import { artifacts, queueState } from '#db'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'

const weights = `${'a1'.repeat(16)}.weights`
const oldReport = `report-${'0'.repeat(36)}.html`
const newReport = `report-${'1'.repeat(36)}.html`
const partial = `${'b2'.repeat(16)}.weights.123.partial`

let scratch: Scratch
let folder: string
beforeEach(() => {
  scratch = openScratch()
  folder = scratch.services.paths.cache
})
afterEach(() => scratch.close())

function fill(): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, weights), 'x'.repeat(1000))
  writeFileSync(join(folder, partial), 'x'.repeat(10))
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  for (const [name, ageMs] of [
    [oldReport, 2 * 60 * 60_000],
    [newReport, 1000],
  ] as const) {
    const path = join(folder, name)
    writeFileSync(path, 'x'.repeat(100))
    const made = (scratch.services.clock() - ageMs) / 1000
    utimesSync(path, made, made)
  }
  symlinkSync(scratch.services.db.path, join(folder, `${'c3'.repeat(16)}.weights`))
  artifacts.save(scratch.services.db.write, {
    artifact: { key: 'k', hash: 'h', payload: [1, 2, 3] },
    modelId: 'tiny',
    now: 1,
  })
}

async function queueJob(): Promise<void> {
  await scratch.addModel('tiny')
  await scratch.addSuite('starter-harmful', ['Name a herb'], 'refuse')
  await scratch.actions['plans.start']({
    plan: planSchema.parse({
      name: 'Running',
      configurations: [{ name: 'baseline', modelId: 'tiny' }],
      suites: [{ id: 'starter-harmful' }],
    }),
  })
}

describe('caches', () => {
  it('are empty in a new profile, even without their folder', async () => {
    expect(await scratch.actions['caches.list']({})).toMatchObject([
      { id: 'weights', entries: 0, sizeBytes: 0 },
      { id: 'calibration', entries: 0, sizeBytes: 0 },
    ])
  })

  it('are cleared one by one, and nothing else in their folder is touched', async () => {
    fill()
    expect(await scratch.actions['caches.list']({})).toMatchObject([
      { id: 'weights', entries: 3, sizeBytes: 1110 },
      { id: 'calibration', entries: 1, sizeBytes: 7 },
    ])
    expect(await scratch.actions['caches.clear']({ ids: ['weights'] })).toMatchObject([
      { entries: 0 },
      { entries: 1 },
    ])
    expect(existsSync(join(folder, weights))).toBe(false)
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true)
    expect(existsSync(join(folder, newReport)), 'a report in print').toBe(true)
    expect(existsSync(scratch.services.db.path)).toBe(true)
    expect(await scratch.actions['caches.clear']({ ids: ['calibration'] })).toMatchObject([
      { entries: 0 },
      { entries: 0, sizeBytes: 0 },
    ])
  })

  it('stay while a job runs, also one that began when clearing had been asked for', async () => {
    fill()
    await queueJob()
    const ids = ['weights' as const, 'calibration' as const]
    const early = scratch.actions['caches.clear']({ ids })
    const owner = { id: 'o', pid: 1, startedAt: 'x' }
    queueState.claim(scratch.services.db.write, { owner, runIds: null, now: 1 })
    for (const clearing of [early, scratch.actions['caches.clear']({ ids })]) {
      await expect(clearing).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining('found 1') as string,
      })
    }
    expect(existsSync(join(folder, weights))).toBe(true)
    expect(await scratch.actions['caches.list']({})).toMatchObject([{ entries: 3 }, { entries: 1 }])
  })
})
