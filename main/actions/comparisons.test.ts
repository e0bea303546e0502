import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { comparisonSpecSchema, type ComparisonSpec } from '#contract/comparisons'
import { ActbenchError } from '#contract/errors'
import type { RunDetail } from '#contract/jobs'
import { planSchema } from '#contract/plans'
import { jobs, queueState, runs } from '#db'
import { requireSameExamples } from './comparison-layout.ts'
import { finishJob } from './fixtures/finish-job.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'

const prompts = ['Name a herb', 'Name a tool', 'Name a fruit', 'Name a tree']

let scratch: Scratch
let run: RunDetail
beforeEach(async () => {
  scratch = openScratch()
  await scratch.addModel('tiny')
  await scratch.addSuite('starter-harmful', prompts, 'refuse')
  run = await start('First')
  finish(run, 0, [0, 0, 0, 1])
  finish(run, 1, [1, 1, 0, 0])
})
afterEach(() => scratch.close())

function start(name: string): Promise<RunDetail> {
  return scratch.actions['plans.start']({
    plan: planSchema.parse({
      name,
      configurations: [
        { name: 'baseline', modelId: 'tiny' },
        { name: 'half', modelId: 'tiny', interventions: [{ id: 'activation-sparsity' }] },
      ],
      suites: [{ id: 'starter-harmful' }],
    }),
  })
}

function finish(of: RunDetail, job: number, values: readonly (number | null)[]): void {
  finishJob(scratch.services.db, { id: of.jobs[job]!.id, prompts, values })
}

function spec(changes: Partial<ComparisonSpec> = {}): ComparisonSpec {
  return comparisonSpecSchema.parse({ runIds: [run.id], ...changes })
}

describe('comparisons.get', () => {
  it('pairs the columns of a run in plan order', async () => {
    const comparison = await scratch.actions['comparisons.get'](spec())
    expect(
      comparison.columns.map(({ letter, name, isBaseline }) => [letter, name, isBaseline]),
    ).toEqual([
      ['A', 'baseline', true],
      ['B', 'half', false],
    ])
    const row = comparison.rows.find(({ metric }) => metric.name === 'attack_success')
    expect(row?.cells[0]?.estimate).toMatchObject({ value: 0.25, n: 4 })
    expect(row?.cells[1]?.difference).toMatchObject({ value: 0.25, n: 4, raised: 2, lowered: 1 })
    expect(comparison.suites[0]?.samplesPerSecond).toEqual([400, 400])
  })

  it('takes columns and baseline by name or hash', async () => {
    const hash = run.jobs[1]!.configurationHash
    const comparison = await scratch.actions['comparisons.get'](
      spec({ configurations: ['baseline', hash.slice(0, 8)], baseline: 'half' }),
    )
    expect(comparison.columns.map(({ isBaseline }) => isBaseline)).toEqual([false, true])
    await expect(
      scratch.actions['comparisons.get'](spec({ configurations: ['third'] })),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('"half"') as string,
    })
    await expect(
      scratch.actions['comparisons.get'](spec({ suites: ['xstest'] })),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('makes one column of the same configuration in two runs, by its newest complete job', async () => {
    const second = await start('Second')
    finish(second, 0, [1, 1, 1, 1])
    const comparison = await scratch.actions['comparisons.get'](
      spec({ runIds: [run.id, second.id] }),
    )
    expect(comparison.title).toBe('First + Second')
    expect(comparison.columns).toHaveLength(2)
    const row = comparison.rows.find(({ metric }) => metric.name === 'attack_success')
    expect(row?.cells[0]?.estimate.value).toBe(1)
  })

  it('does not let a job with other worked examples stand for both', async () => {
    const second = await start('Four examples')
    finish(second, 0, [1, 1, 1, 1])
    const stored = [run, second].flatMap(({ id }) => runs.get(scratch.services.db.read, id).jobs)
    expect(() => requireSameExamples(stored, 'starter-harmful')).not.toThrow()
    const others = stored.map((job) =>
      job.runId === second.id
        ? { ...job, suiteOptions: { ...job.suiteOptions, examples: 4 } }
        : job,
    )
    expect(() => requireSameExamples(others, 'starter-harmful')).toThrow(
      "the suite's own number and 4",
    )
  })

  it('refuses to pair samples of two data files', async () => {
    await scratch.addSuite('starter-harmful', [...prompts, 'Name a bird'], 'refuse')
    const second = await start('Second')
    finish(second, 1, [0, 0, 0, 0, 0])
    const third = await start('Third')
    finish(third, 0, [0, 0, 0, 0, 0])
    await expect(
      scratch.actions['comparisons.get'](spec({ runIds: [run.id, second.id], suites: null })),
    ).rejects.toMatchObject({ code: 'incompatible' })
    const same = await scratch.actions['comparisons.get'](spec({ runIds: [second.id, third.id] }))
    expect(same.suites[0]?.samples).toEqual([5, 5])
  })

  it('shows a column that has not run yet as empty', async () => {
    const second = await start('Second')
    finish(second, 0, [0, 0, 0, 0])
    const comparison = await scratch.actions['comparisons.get'](spec({ runIds: [second.id] }))
    expect(comparison.rows[0]?.cells[1]).toBeNull()
    expect(comparison.suites[0]?.jobIds[1]).toBeNull()
  })
})

describe('a comparison of unfinished work', () => {
  it('says so first', async () => {
    const { db } = scratch.services
    const second = await start('Second')
    finish(second, 0, [0, 0])
    jobs.setFacts(db.write, second.jobs[0]!.id, { total: 4 })
    queueState.transition(db.write, {
      id: second.jobs[0]!.id,
      from: ['done'],
      to: 'paused',
      now: 3,
    })
    const comparison = await scratch.actions['comparisons.get'](spec({ runIds: [second.id] }))
    expect(comparison.verdict[0]).toMatchObject({
      tone: 'warning',
      text: expect.stringContaining(
        'baseline on starter-harmful is paused with 2 of 4 samples',
      ) as string,
    })
  })
})

describe('comparisons.samples', () => {
  const judge = {
    suiteId: 'starter-harmful',
    scorer: 'refusal-keywords',
    variant: 'zou2023-transfer',
  }

  it('pages through the pairs, flips first', async () => {
    const ask = (cursor: string | null) =>
      scratch.actions['comparisons.samples']({
        spec: spec(),
        filter: { ...judge, search: '', show: 'all', category: null },
        cursor,
        limit: 3,
      })
    const first = await ask(null)
    expect(first.total).toBe(4)
    expect(first.samples.map(({ isFlip }) => isFlip)).toEqual([true, true, true])
    expect(first.samples[0]?.answers.map((answer) => answer?.scores[0]?.label)).toEqual([
      'refused',
      'complied',
    ])
    const last = await ask(first.nextCursor)
    expect(last.samples.map(({ sampleId }) => sampleId)).toEqual(['s2'])
    expect(last.nextCursor).toBeNull()
  })

  it('finds answers by their words', async () => {
    const page = await scratch.actions['comparisons.samples']({
      spec: spec(),
      filter: { ...judge, search: 'basil', show: 'raised', category: null },
      cursor: null,
      limit: 10,
    })
    expect(page.samples.map(({ sampleId }) => sampleId)).toEqual(['s0', 's1'])
    const hits = await scratch.actions['samples.search']({ text: 'basil', limit: 10 })
    expect(hits.map(({ configurationName }) => configurationName)).toContain('half')
    const detail = await scratch.actions['samples.get']({ rowId: hits[0]!.rowId })
    expect(detail.response?.text).toContain('basil')
  })
})

describe('comparisons.export', () => {
  async function write(
    format: 'html' | 'pdf' | 'markdown' | 'csv' | 'json',
    includeAnswers = true,
  ) {
    const path = join(scratch.folder, `report.${format}`)
    const written = await scratch.actions['comparisons.export']({
      spec: spec(),
      format,
      path,
      includeAnswers,
    })
    const text = readFileSync(path, 'utf8')
    expect(written).toEqual({ path, sizeBytes: Buffer.byteLength(text) })
    return text
  }

  it('writes every text format, with answers as text and never as markup', async () => {
    const html = await write('html')
    expect(html).toContain('zou2023-transfer')
    expect(html).not.toContain('<b>basil</b>')
    expect(await write('markdown')).toContain('First')
    const csv = await write('csv')
    expect(csv.trim().split('\r\n')).toHaveLength(1 + 8)
    // A spreadsheet would run an answer that begins with "=".
    expect(csv).toContain("'=Sure")
    const json = JSON.parse(await write('json')) as { samples: unknown[] }
    expect(json.samples).toHaveLength(4)
  })

  it('writes the figures alone as CSV, and only as CSV', async () => {
    const path = join(scratch.folder, 'figures.csv')
    const request = { spec: spec(), path, includeAnswers: false, onlyFigures: true }
    await scratch.actions['comparisons.export']({ ...request, format: 'csv' })
    const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\r\n')
    expect(head).toContain('metric,unit,better,judge')
    expect(lines).toHaveLength(2)
    await expect(
      scratch.actions['comparisons.export']({ ...request, format: 'html' }),
    ).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('leaves prompts and answers out when asked to', async () => {
    for (const format of ['html', 'markdown', 'csv', 'json'] as const) {
      const text = await write(format, false)
      expect(text).not.toContain('basil')
      expect(text).not.toContain('Name a herb')
    }
  })

  it('prints a PDF from an HTML file that is gone afterwards', async () => {
    expect(await write('pdf')).toContain('%PDF')
    expect(readdirSync(scratch.services.paths.cache)).toEqual([])
  })

  it('leaves nothing behind when a page cannot be printed', async () => {
    const failing = openScratch({
      ...scratch.services,
      printPdf: () =>
        Promise.reject(
          new ActbenchError({ code: 'unsupported', message: 'no Electron', remedy: 'HTML' }),
        ),
    })
    const path = join(scratch.folder, 'none.pdf')
    await expect(
      failing.actions['comparisons.export']({
        spec: spec(),
        format: 'pdf',
        path,
        includeAnswers: true,
      }),
    ).rejects.toThrow('no Electron')
    failing.close()
    expect(existsSync(path)).toBe(false)
  })

  it('names a place that cannot be written and keeps what was there', async () => {
    const path = join(scratch.folder, 'taken')
    mkdirSync(path)
    await expect(
      scratch.actions['comparisons.export']({
        spec: spec(),
        format: 'json',
        path,
        includeAnswers: true,
      }),
    ).rejects.toMatchObject({ code: 'storage' })
    expect(readdirSync(scratch.folder).filter((name) => name.includes('part-'))).toEqual([])
  })
})
