import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openScratch, scratchCatalog, type Scratch } from './fixtures/scratch-services.ts'
import { planWith, prepare } from './fixtures/two-columns.ts'

const fixture = join(import.meta.dirname, '../engine/trained-scales/fixtures/llama-a4.safetensors')
const hash = createHash('sha256').update(readFileSync(fixture)).digest('hex')
/** What the file says that it was trained for. */
const fingerprint = '0'.repeat(64)

let scratch: Scratch
let path: string
beforeEach(async () => {
  scratch = openScratch({
    catalog: { ...scratchCatalog, fingerprintCheckpoint: () => Promise.resolve(fingerprint) },
  })
  await prepare(scratch)
  path = join(scratch.folder, 'own.safetensors')
  copyFileSync(fixture, path)
})
afterEach(() => scratch.close())

/** A copy among those that ship. */
function ship(name: string): void {
  const folder = scratch.services.resources.trainedScales
  mkdirSync(folder, { recursive: true })
  copyFileSync(fixture, join(folder, `${name}.safetensors`))
}

const kept = () => join(scratch.services.paths.trainedScales, `${hash}.safetensors`)
const baseline = { name: 'baseline', modelId: 'tiny' }
const rounded = (params: Record<string, unknown>, more = {}) => ({
  name: 'OmniQuant',
  modelId: 'tiny',
  interventions: [{ id: 'omniquant', params: { bits: 4, ...params } }],
  ...more,
})
const start = (params: Record<string, unknown>) =>
  scratch.actions['plans.start']({
    plan: planWith({ configurations: [baseline, rounded(params)] }),
  })
const scalesOf = (run: Awaited<ReturnType<typeof start>>) =>
  run.plan.configurations[1]?.interventions[0]?.params['scales']

describe('trained scales', () => {
  it('are kept under their sha256, which is what the configuration says from then on', async () => {
    const run = await start({ scales: path })
    expect(scalesOf(run)).toBe(hash)
    expect(readFileSync(kept())).toEqual(readFileSync(fixture))
    writeFileSync(path, 'another one')
    const again = await start({ scales: hash })
    expect(again.jobs.map(({ configurationHash }) => configurationHash)).toEqual(
      run.jobs.map(({ configurationHash }) => configurationHash),
    )
    const untrained = await start({})
    expect(untrained.jobs[1]?.configurationHash).not.toBe(run.jobs[1]?.configurationHash)
  })

  it('that ship are meant by name or by sha256, and are the same configuration as a path', async () => {
    ship('tiny-a4')
    const named = await start({ scales: 'tiny-a4' })
    const hashed = await start({ scales: hash })
    const byPath = await start({ scales: path })
    const hashes = [named, hashed, byPath].map(({ jobs }) => jobs[1]?.configurationHash)
    expect(new Set(hashes).size).toBe(1)
    expect(existsSync(kept())).toBe(true)
  })

  it('are found by their sha256 alone where they ship', async () => {
    ship('tiny-a4')
    expect(scalesOf(await start({ scales: hash }))).toBe(hash)
    expect(existsSync(kept())).toBe(true)
  })

  it.each([
    ['an unknown name', () => 'nobody', 'omniquant.scales: there are no scales "nobody"'],
    ['a relative path', () => '../own.safetensors', 'there are no scales "../own.safetensors"'],
    ['no file', () => join(path, 'absent'), 'found nothing that can be read'],
    ['another hash', () => 'f'.repeat(64), 'no scales with sha256 ffffffffffff'],
  ])('are refused for %s', async (_case, written, message) => {
    ship('tiny-a4')
    await expect(start({ scales: written() })).rejects.toThrow(message)
    expect(existsSync(kept())).toBe(false)
  })

  it('are refused where they are no such file', async () => {
    writeFileSync(path, 'Rain fell on the hills.')
    await expect(start({ scales: path })).rejects.toThrow('own.safetensors')
  })

  it.each([
    ['other bits', { bits: 6 }, 'llama-a4 was trained for 4 bits, found 6'],
    ['an alpha that has no part in them', { alpha: 0.7 }, 'omniquant.alpha: has no part'],
  ])('are refused for %s before anything runs', async (_case, params, message) => {
    await expect(start({ scales: path, ...params })).rejects.toThrow(message)
  })

  it('are refused beside a calibration text, which nothing would read', async () => {
    const calibrationText = join(scratch.folder, 'own.txt')
    writeFileSync(calibrationText, 'Rain fell on the hills.')
    const configurations = [baseline, rounded({ scales: path }, { calibrationText })]
    await expect(
      scratch.actions['plans.start']({ plan: planWith({ configurations }) }),
    ).rejects.toThrow('calibrationText: no intervention of this configuration is fitted on a text')
  })

  it('are refused for another checkpoint', async () => {
    const other = openScratch()
    try {
      await prepare(other)
      const plan = planWith({ configurations: [baseline, rounded({ scales: fixture })] })
      await expect(other.actions['plans.start']({ plan })).rejects.toThrow(
        'llama-a4 was trained for llama-untied with sha256 000000000000, found a checkpoint with',
      )
    } finally {
      other.close()
    }
  })

  it('stay what they were where a plan sweeps beside them', async () => {
    const run = await start({ scales: path, strength: [0.5, 1] })
    expect(scalesOf(run)).toBe(hash)
    expect(run.jobs.length).toBe(3)
  })
})
