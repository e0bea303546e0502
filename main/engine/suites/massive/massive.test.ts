import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { PlanSuite } from '#contract/plans'
import { useScratchFiles } from '../fixtures/dataset-files.ts'
import { readSuite, selectSamples, suiteRecord } from '../index.ts'
import {
  defaultLocales,
  massiveIntents,
  massiveLocales,
  massiveScenarios,
  massiveSlots,
} from './inventory.ts'
import { german, idsOf, line } from './fixtures/lines.ts'

const starter = fileURLToPath(
  new URL('../../../../resources/suites/starter/massive.jsonl', import.meta.url),
)

const { file } = useScratchFiles()

describe('inventory', () => {
  it('has the published counts', () => {
    expect(massiveLocales).toHaveLength(52)
    expect(new Set(massiveLocales).size).toBe(52)
    expect(massiveScenarios).toHaveLength(18)
    expect(new Set(massiveIntents).size).toBe(60)
    expect(new Set(massiveSlots).size).toBe(55)
    expect(massiveIntents).toEqual([...massiveIntents].sort())
    expect(massiveSlots).toEqual([...massiveSlots].sort())
    for (const locale of defaultLocales) expect(massiveLocales).toContain(locale)
  })
})

describe('selection', () => {
  const options: PlanSuite = {
    id: 'massive',
    limit: null,
    shuffleSeed: null,
    spread: false,
    only: 'all',
    scorers: null,
  }

  it('300 of 2,974 begin with positions 0, 9, 19, 29, 39, in every locale', async () => {
    const rows = Array.from({ length: 2974 }, (_, at) => 3 * at + 1)
    const text = rows
      .reverse()
      .flatMap((id) => [line({ id: String(id) }), line({ id: String(id), ...german })])
      .join('\n')
    const { samples } = await readSuite({ suiteId: 'massive', path: file('many.jsonl', text) })
    const chosen = selectSamples(samples, { ...options, limit: 300 })
    expect(chosen).toHaveLength(600)
    expect(chosen.slice(0, 10).map(({ cluster }) => (Number(cluster) - 1) / 3)).toEqual([
      0, 0, 9, 9, 19, 19, 29, 29, 39, 39,
    ])
    expect(chosen[1].category).toBe('de-DE')
    // A seed draws the ids, and again the same ones for all locales.
    const drawn = selectSamples(samples, { ...options, limit: 7, shuffleSeed: 3 })
    expect(drawn).toHaveLength(14)
    expect(new Set(drawn.map(({ cluster }) => cluster)).size).toBe(7)
    expect(drawn.map(({ index }) => index)).toEqual(
      drawn.map(({ index }) => index).sort((a, b) => a - b),
    )
    expect(selectSamples(chosen, { ...options, limit: 300 })).toEqual(chosen)
  })
})

describe('starter', () => {
  it('has 20 utterances in each of its locales, with the same intents and slots in all', async () => {
    const { samples } = await readSuite({ suiteId: 'massive-starter', path: starter })
    const { locales = [] } = suiteRecord('massive-starter')
    expect(samples).toHaveLength(20 * locales.length)
    expect(new Set(samples.map(({ category }) => category))).toEqual(new Set(locales))
    const meanings = new Map<string, Set<string>>()
    for (const { cluster, utterance } of samples) {
      const slots = [...new Set(utterance?.labels)].filter((label) => label !== 'Other').sort()
      const known = meanings.get(cluster ?? '') ?? new Set()
      meanings.set(cluster ?? '', known.add(`${utterance?.intent ?? ''} ${slots.join(' ')}`))
    }
    expect([...meanings.values()].filter(({ size }) => size !== 1)).toEqual([])
  })
})

/** The published files, where a checkout has them beside it or ACTBENCH_DATA names them. */
const data = join(
  process.env['ACTBENCH_DATA'] ??
    fileURLToPath(new URL('../../../../../shared/data', import.meta.url)),
  'massive',
)

describe('published files', () => {
  const whole = join(data, 'data', 'de-DE.jsonl.gz')
  const allFields = join(data, 'official-form', 'de-DE.test.jsonl.gz')
  it.skipIf(!existsSync(whole) || !existsSync(allFields))(
    'de-DE has 2,974 samples, with or without the fields that may be absent (skipped without massive/)',
    async () => {
      const { samples } = await readSuite({ suiteId: 'massive', path: whole })
      expect(samples).toHaveLength(2974)
      expect(new Set(samples.map(({ id }) => id)).size).toBe(2974)
      const other = await readSuite({ suiteId: 'massive', path: allFields })
      expect(other.samples).toEqual(samples)
      expect(await idsOf(whole, { partition: 'dev' })).toHaveLength(2033)
    },
  )
})
