/** Tables of errors from stored answers: of the right suite, columns and locale, and of all pages. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { comparisonSpecSchema } from '#contract/comparisons'
import type { SampleResult } from '#contract/jobs'
import type { NluErrorsQuery } from '#contract/nlu-errors'
import { jobs, samples } from '#db'
import { makeResult, makeUtterance, now, seedRun } from '../../db/fixtures/seed.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'

/** More than one page of the store. */
const utterances = 2_400
const locales = ['de-DE', 'sw-KE'] as const

let scratch: Scratch
beforeEach(() => {
  scratch = openScratch()
  const { db } = scratch.services
  seedRun(db.write, { runId: 'nlu', jobIds: ['exact', 'changed'], suite: { id: 'massive' } })
  record('exact', () => false)
  record('changed', (index) => index % 3 === 0)
})
afterEach(() => scratch.close())

/** Utterance by utterance in two locales; where `isWrong`, `alarm_set` is taken for `alarm_query` and its time is not found. */
function record(jobId: string, isWrong: (index: number) => boolean): void {
  const results = Array.from({ length: utterances }, (_, index) => utterance(index, isWrong(index)))
  samples.record(scratch.services.db.write, { jobId, results, now })
}

const utterance = (index: number, isWrong: boolean): SampleResult =>
  makeUtterance({
    index,
    locale: locales[index % 2] ?? 'de-DE',
    cluster: `request-${Math.floor(index / 2)}`,
    domain: index % 4 < 2 ? 'alarm' : 'calendar',
    ...(isWrong ? { says: { intent: 'alarm_query', labels: ['Other', 'Other'] } } : {}),
  })

function read(query: Partial<NluErrorsQuery> = {}, spec: Record<string, unknown> = {}) {
  return scratch.actions['comparisons.nluErrors']({
    spec: comparisonSpecSchema.parse({ runIds: ['nlu'], ...spec }),
    suiteId: 'massive',
    locale: null,
    ...query,
  })
}

const hashOf = (id: string) => jobs.get(scratch.services.db.read, id).configurationHash

describe('getNluErrors', () => {
  it('counts every stored utterance in each column, with its change', async () => {
    const errors = await read()
    expect(errors).toMatchObject({ suiteId: 'massive', suiteTitle: 'MASSIVE', locale: null })
    expect(errors.columns).toEqual([hashOf('exact'), hashOf('changed')])
    const [confused, slots] = errors.tables
    expect(confused).toMatchObject({ view: 'confusions', total: 1, tests: 1 })
    const [row] = confused?.rows ?? []
    expect(row).toMatchObject({
      name: 'alarm_set',
      takenFor: 'alarm_query',
      requests: utterances / 2,
      cells: [{ hits: 0, difference: null }, { hits: utterances / 3 }],
    })
    expect(row?.cells[1]?.estimate).toMatchObject({ n: utterances, value: 1 / 3 })
    expect(row?.cells[1]?.difference).toMatchObject({ isDetected: true, value: 1 / 3 })
    expect(slots?.rows[0]).toMatchObject({ name: 'time', cells: [{ hits: utterances }, {}] })
    const domains = errors.tables.find(({ view }) => view === 'domains')
    expect(domains?.rows.map(({ name }) => name)).toEqual(['alarm', 'calendar'])
  })

  it('reads one locale alone', async () => {
    const { tables, locale } = await read({ locale: 'sw-KE' })
    expect(locale).toBe('sw-KE')
    expect(tables[0]?.rows[0]?.cells[1]).toMatchObject({
      hits: utterances / 6,
      estimate: { n: utterances / 2 },
    })
  })

  it('has the columns in the order that was asked for, against the one that was named', async () => {
    const names = { configurations: ['changed', 'exact'], baseline: 'exact' }
    const { columns, tables } = await read({}, names)
    expect(columns).toEqual([hashOf('changed'), hashOf('exact')])
    const [changed, exact] = tables[0]?.rows[0]?.cells ?? []
    expect(changed?.difference?.value).toBeCloseTo(1 / 3, 6)
    expect(exact?.difference).toBeNull()
  })

  it('has no table of a suite without utterances, and none of a suite that was not run', async () => {
    const { db } = scratch.services
    seedRun(db.write, { runId: 'other', jobIds: ['plain'], suite: { id: 'starter-harmful' } })
    samples.record(db.write, { jobId: 'plain', results: [makeResult({ index: 0 })], now })
    const query = { suiteId: 'starter-harmful' }
    expect((await read(query, { runIds: ['other'] })).tables).toEqual([])
    await expect(read(query)).rejects.toMatchObject({ code: 'not-found' })
  })
})
