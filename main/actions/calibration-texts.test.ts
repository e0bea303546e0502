import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { planWith, prepare } from './fixtures/two-columns.ts'

const text = 'Rain fell on the hills, and the river rose.\n'
const hash = createHash('sha256').update(text).digest('hex')

let scratch: Scratch
let path: string
beforeEach(async () => {
  scratch = openScratch()
  await prepare(scratch)
  path = join(scratch.services.paths.profile, 'own.txt')
  writeFileSync(path, text)
})
afterEach(() => scratch.close())

const baseline = { name: 'baseline', modelId: 'tiny' }
const fitted = (calibrationText?: string) => ({
  name: `TEAL ${calibrationText ?? ''}`,
  modelId: 'tiny',
  interventions: [{ id: 'activation-sparsity', params: { sparsity: 0.5 } }],
  ...(calibrationText === undefined ? {} : { calibrationText }),
})
const start = (calibrationText: string) =>
  scratch.actions['plans.start']({
    plan: planWith({ configurations: [baseline, fitted(), fitted(calibrationText)] }),
  })

describe('a calibration text of one’s own', () => {
  it('is kept under its sha256, which is what the configuration says from then on', async () => {
    const run = await start(path)
    expect(run.plan.configurations[2]?.calibrationText).toBe(hash)
    const kept = join(scratch.services.paths.calibrationTexts, `${hash}.txt`)
    expect(readFileSync(kept, 'utf8')).toBe(text)
    writeFileSync(path, 'another one')
    const again = await start(hash)
    expect(again.jobs.map(({ configurationHash }) => configurationHash)).toEqual(
      run.jobs.map(({ configurationHash }) => configurationHash),
    )
    const [, embedded, own] = run.jobs
    expect(own?.configurationHash).not.toBe(embedded?.configurationHash)
  })

  it.each([
    ['a relative path', () => 'own.txt', 'expected an absolute path'],
    ['no file', () => join(path, 'absent'), 'found nothing that can be read'],
    ['another hash', () => 'f'.repeat(64), 'no text with sha256 ffffffffffff'],
  ])('is refused for %s', async (_case, written, message) => {
    await expect(start(written())).rejects.toThrow(message)
    expect(existsSync(scratch.services.paths.calibrationTexts)).toBe(false)
  })

  it('is refused where it is no text, or nothing reads it', async () => {
    writeFileSync(path, Uint8Array.from([0xff, 0xfe, 0x41]))
    await expect(start(path)).rejects.toThrow('bytes of another encoding')
    writeFileSync(path, ' \n')
    await expect(start(path)).rejects.toThrow('nothing but blanks')
    writeFileSync(path, text)
    const unread = { ...baseline, name: 'unread', calibrationText: path }
    const plan = planWith({ configurations: [baseline, unread] })
    await expect(scratch.actions['plans.start']({ plan })).rejects.toThrow(
      'no intervention of this configuration is fitted on a text',
    )
  })
})
