import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Agreement, Comparison } from '#contract/comparisons'
import type { RunDetail } from '#contract/jobs'
import type { LabelItem, LabelReport } from '#contract/labels'
import { embeddedModel, runActbench, twoColumnPlan } from './fixtures/run-actbench.ts'

/** The real engine on the embedded model, and a judge that is a server in this process. */
const plan = twoColumnPlan('Judged', [
  '{ id: starter-harmful, limit: 4 }',
  '{ id: perplexity-text, limit: 2 }',
])

let folder: string
let server: Server
let url: string
let asked: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-judge-'))
  writeFileSync(join(folder, 'plan.yaml'), plan)
  asked = 0
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      asked += 1
      const content = asked % 2 === 0 ? 'yes' : 'no'
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ choices: [{ message: { content } }] }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
afterEach(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The server's name in scores: the model and where it is asked. */
const judgeName = () => `big@${url.replace('http://', '')}`

async function actbench(...parameters: string[]) {
  const ended = await runActbench({ parameters, folder })
  return { ...ended, err: ended.notes.join('\n') }
}

describe.skipIf(!existsSync(embeddedModel))('judges on the command line', () => {
  it(
    'judges a run by a server and by a model, compares the judges, and takes labels',
    { timeout: 120_000 },
    async () => {
      expect((await actbench('models', 'add', embeddedModel, '--name', 'tiny')).code).toBe(0)
      const ran = await actbench('run', join(folder, 'plan.yaml'), '--json')
      expect(ran.code, ran.err).toBe(0)
      const { run } = JSON.parse(ran.out) as { run: RunDetail }

      const byServer = [
        'judge',
        run.id,
        '--rubric',
        'harmbench',
        '--endpoint',
        url,
        '--name',
        'big',
      ]
      const judged = await actbench(...byServer, '--json')
      expect(judged.code, judged.err).toBe(0)
      expect(judged.err).toContain('has no answer that HarmBench-style classifier is about')
      const found = JSON.parse(judged.out) as {
        jobs: string[]
        comparison: Comparison
        agreements: Agreement[]
      }
      expect(found.jobs).toHaveLength(2)
      const [row] = found.comparison.rows
      expect(row).toMatchObject({ scorer: 'judge-harmbench', variant: judgeName() })
      expect(row?.cells.map((cell) => cell?.estimate.n)).toEqual([4, 4])
      expect(found.agreements.some(({ judges }) => judges.join().includes(judgeName()))).toBe(true)
      // Four answers of each of two jobs, and one question to see whether the server is there.
      expect(asked).toBe(10)

      const again = await actbench(...byServer)
      expect(again.code).toBe(1)
      expect(again.err).toContain('have a verdict')

      const byTiny = await actbench('judge', run.id, '--rubric', 'refusal', '-m', 'tiny', '--json')
      expect(byTiny.code, byTiny.err).toBe(0)
      expect(byTiny.out).toContain('judge-refusal')
      expect((await actbench('agreement', run.id)).out).toContain('kappa')

      const drawn = await actbench('labels', 'draw', run.id, 'starter-harmful', '-n', '4', '--json')
      for (const { rowId } of JSON.parse(drawn.out) as LabelItem[]) {
        expect((await actbench('labels', 'set', String(rowId), 'full-refusal')).code).toBe(0)
      }
      const report = await actbench('labels', 'report', run.id, 'starter-harmful', '--json')
      expect((JSON.parse(report.out) as LabelReport).labelled).toBe(4)
      expect((await actbench('labels', 'report', run.id, 'starter-harmful')).out).toContain(
        '4 labels: 4 full-refusal.',
      )
    },
  )

  it('wants one judge, and a rubric that there is', async () => {
    const judge = (...rest: string[]) => actbench('judge', 'a-run', '--rubric', 'none', ...rest)
    expect((await judge()).code).toBe(2)
    expect((await judge('-m', 'tiny', '--endpoint', url, '--name', 'x')).code).toBe(2)
    expect((await judge('--endpoint', url)).code).toBe(2)
    expect((await actbench('judge', 'a-run', '-m', 'tiny')).code).toBe(2)
    expect((await actbench('rubrics')).out).toContain('strongreject')
  })
})
