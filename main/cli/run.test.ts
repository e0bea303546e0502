import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Comparison } from '#contract/comparisons'
import type { RunDetail, StoredSample } from '#contract/jobs'
import { embeddedModel, type Ended, runActbench, twoColumnPlan } from './fixtures/run-actbench.ts'

/** The real engine on the embedded model: a few samples of a few tokens. */
const plan = twoColumnPlan('Two columns', [
  '{ id: starter-harmful, limit: 4 }',
  '{ id: starter-benign, limit: 4 }',
])

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-run-'))
  writeFileSync(join(folder, 'plan.yaml'), plan)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function actbench(
  parameters: readonly string[],
  interruptAt?: (note: string) => boolean,
): Promise<Ended> {
  return runActbench({ parameters, folder, ...(interruptAt === undefined ? {} : { interruptAt }) })
}

interface RunOutput {
  readonly run: RunDetail
  readonly comparison: Comparison
}

describe.skipIf(!existsSync(embeddedModel))('run on the embedded model', () => {
  beforeEach(async () => {
    expect((await actbench(['models', 'add', embeddedModel, '--name', 'tiny'])).code).toBe(0)
  })

  it(
    'runs a plan, compares, holds thresholds, judges again and exports',
    { timeout: 120_000 },
    async () => {
      const ended = await actbench([
        'run',
        join(folder, 'plan.yaml'),
        '--json',
        '--batch_size',
        '4',
      ])
      expect(ended.code, ended.notes.join('\n')).toBe(0)
      const { run, comparison } = JSON.parse(ended.out) as RunOutput
      expect(run.jobs.map(({ status, done }) => [status, done])).toEqual(Array(4).fill(['done', 4]))
      expect(run.plan.batchSize).toBe(4)
      expect(comparison.columns.map(({ name }) => name)).toEqual(['baseline', 'half'])
      expect(comparison.columns[1]?.passport?.isVerified).toBe(true)

      const table = await actbench(['compare', run.id])
      expect(table.out).toContain('Attack success')
      const failed = await actbench([
        'compare',
        run.id,
        '--fail-if',
        'attack_success>-1000',
        '--json',
      ])
      expect(failed.code).toBe(100)
      expect(JSON.parse(failed.out)).toHaveProperty('failures')

      const job = run.jobs[0]?.id ?? ''
      const scoring = await actbench([
        'rescore',
        job,
        '--scorer',
        'refusal-keywords:zou2023-attack',
        '--json',
      ])
      expect(JSON.parse(scoring.out)).toMatchObject({ samples: 4, isCurrent: true })

      const list = await actbench(['samples', 'list', job, '--limit', '2'])
      expect(list.out.split('\n')).toHaveLength(3)
      const [first] = JSON.parse(
        (await actbench(['samples', 'list', job, '--json'])).out,
      ) as StoredSample[]
      const shown = await actbench(['samples', 'show', String(first?.rowId)])
      expect(shown.out).toContain(first?.prompt)
      const found = await actbench(['samples', 'search', first?.prompt ?? '', '--json'])
      expect(JSON.parse(found.out)).toHaveLength(2)

      const report = join(folder, 'report.html')
      expect((await actbench(['export', run.id, '-o', report])).code).toBe(0)
      expect(readFileSync(report, 'utf8')).toContain('Two columns')
    },
  )

  it('stops at Ctrl+C with 130 and goes on where it stopped', { timeout: 120_000 }, async () => {
    const first = await actbench(['run', join(folder, 'plan.yaml'), '--json'], (note) =>
      note.includes('baseline on starter-benign: running'),
    )
    expect(first.code, first.notes.join('\n')).toBe(130)
    const { run } = JSON.parse(first.out) as RunOutput
    expect(run.jobs[0]).toMatchObject({ status: 'done', done: 4 })
    expect(run.jobs.slice(1).map(({ status }) => status)).toEqual(Array(3).fill('paused'))
    expect(first.notes.at(-1)).toContain(`--resume ${run.id}`)

    const second = await actbench(['run', '--resume', run.id, '--json'])
    expect(second.code, second.notes.join('\n')).toBe(0)
    const resumed = JSON.parse(second.out) as RunOutput
    expect(resumed.run.jobs.map(({ done, attempts }) => [done, attempts > 0])).toEqual(
      Array(4).fill([4, true]),
    )
    expect(resumed.run.jobs[0]?.attempts).toBe(1)
    const third = await actbench(['run', '--resume', run.id])
    expect(third.code).toBe(1)
    expect(third.notes.join()).toContain('complete')
  })
})
