import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { PlanSuite } from '#contract/plans'
import { createLibrary, type Library } from '../library/index.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { checkSuite } from './plan-suites.ts'
import { createSuiteData } from './suite-data.ts'

const opened: Scratch[] = []
const open = (...given: Parameters<typeof openScratch>): Scratch => {
  const scratch = openScratch(...given)
  opened.push(scratch)
  return scratch
}
afterEach(() => {
  for (const scratch of opened.splice(0)) scratch.close()
})

function lines(locale: string, ids: readonly number[]): string {
  const row = { locale, partition: 'test', scenario: 'audio', intent: 'audio_volume_mute' }
  return ids
    .map((id) => JSON.stringify({ id: String(id), ...row, utt: 'be quiet', annot_utt: 'be quiet' }))
    .join('\n')
}

/** A folder with two locales of four utterances, and a file that is no data. */
function writeFolder(scratch: Scratch): string {
  const path = join(scratch.folder, 'massive')
  mkdirSync(path)
  for (const locale of ['en-US', 'th-TH']) {
    writeFileSync(join(path, `${locale}.jsonl`), lines(locale, [1, 2, 3, 4]))
  }
  writeFileSync(join(path, 'LICENSE'), 'CC BY 4.0')
  return path
}

describe('data in a folder', () => {
  it('are copied into the profile, and other suites read them', async () => {
    const scratch = open()
    const path = writeFolder(scratch)
    // Through a suite that shares them.
    const suite = await scratch.actions['suites.import']({ suiteId: 'massive-intent', path })
    expect(suite).toMatchObject({ id: 'massive-intent', dataset: { suiteId: 'massive' } })
    expect(suite.dataset?.sampleCount).toBe(8)
    const copy = suite.dataset?.path ?? ''
    expect(copy.startsWith(scratch.services.paths.datasets)).toBe(true)
    expect(readdirSync(copy).sort()).toEqual(['en-US.jsonl', 'th-TH.jsonl'])
    rmSync(path, { recursive: true })

    const listed = await scratch.actions['suites.list']({})
    const hashes = listed
      .filter(({ id, dataOf }) => id === 'massive' || dataOf === 'massive')
      .map(({ dataset }) => dataset?.dataHash)
    expect(hashes.length).toBeGreaterThan(1)
    expect(new Set(hashes)).toEqual(new Set([suite.dataset?.dataHash]))
    const own = await scratch.actions['suites.samples']({
      suiteId: 'massive',
      offset: 2,
      limit: 1,
    })
    expect(own).toMatchObject({ total: 8, samples: [{ id: 'en-US/2' }] })
  })

  it('a plan chooses locales and counts utterances of each', async () => {
    const scratch = open()
    const path = writeFolder(scratch)
    await scratch.actions['suites.import']({ suiteId: 'massive', path })
    const check = async (options: Partial<PlanSuite>) => {
      const problems: string[] = []
      const services = {
        ...scratch.services,
        suiteData: createSuiteData(scratch.services.catalog),
      }
      const suite: PlanSuite = {
        id: 'massive',
        limit: null,
        shuffleSeed: null,
        spread: false,
        only: 'all',
        scorers: null,
        ...options,
      }
      const checked = await checkSuite({ services, options: suite, field: 'suites[0]', problems })
      return problems.length > 0 ? problems.join('\n') : checked?.sampleCount
    }
    expect(await check({})).toBe(8)
    expect(await check({ limit: 3 })).toBe(6)
    expect(await check({ limit: 3, locales: ['th-TH'] })).toBe(3)
    expect(await check({ locales: ['th-TH', 'tlh-QO'] })).toContain('no tlh-QO')
    expect(await check({ locales: ['th-TH', 'th-TH'] })).toContain('th-TH occurs twice')
    expect(await check({ locales: ['de-DE'] })).toContain('expected rows of de-DE')
    expect(await check({ partition: 'dev' })).toContain('found none')
    await scratch.addSuite('starter-benign', ['Name a herb'], 'comply')
    expect(await check({ id: 'starter-benign', partition: 'dev' })).toContain('has none')
    expect(await check({ id: 'massive-slots', partition: 'train' })).toContain('examples: 0')
    expect(await check({ id: 'massive-slots', partition: 'train', examples: 0 })).toContain(
      'found none',
    )
  })
})

describe('the official file', () => {
  it('is used with a caution where its checksum is not the reported one', async () => {
    const obtained: string[] = []
    const library: Library = {
      ...createLibrary({ variables: {}, onDownload: () => undefined }),
      obtainDataset: ({ url, directory, fileName }) => {
        obtained.push(url)
        mkdirSync(directory, { recursive: true })
        const path = join(directory, fileName)
        writeFileSync(path, lines('en-US', [1]))
        return Promise.resolve(path)
      },
    }
    const scratch = open({ library })
    const suite = await scratch.actions['suites.obtain']({ suiteId: 'massive-slots' })
    expect(obtained).toEqual([suite.obtain?.url])
    expect(suite.dataset).toMatchObject({ suiteId: 'massive', origin: 'official', sampleCount: 1 })
    expect(suite.caution).toContain(`sha256 ${suite.dataset?.dataHash ?? 'none'}`)
    expect(suite.caution).toContain('not verified by us')
    const [imported] = (await scratch.actions['suites.list']({})).filter(
      ({ id }) => id === 'starter-benign',
    )
    expect(imported?.caution).toBeUndefined()
  })
})
