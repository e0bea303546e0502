import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComparisonSpec } from '#contract/comparisons'
import type { JudgeUse } from '#contract/suites'
import { judged } from '#db'
import { finishJob } from './fixtures/finish-job.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { planWith, prepare, prompts } from './fixtures/two-columns.ts'

let scratch: Scratch
let spec: ComparisonSpec
let jobIds: string[]

beforeEach(async () => {
  scratch = openScratch()
  await prepare(scratch)
  const run = await scratch.actions['plans.start']({ plan: planWith() })
  jobIds = run.jobs.map(({ id }) => id)
  const [first = '', second = ''] = jobIds
  finishJob(scratch.services.db, { id: first, prompts, values: [0, 0, 1, 0] })
  finishJob(scratch.services.db, { id: second, prompts, values: [1, 0, 1, 1] })
  spec = { runIds: [run.id], configurations: null, baseline: null, suites: null }
})
afterEach(() => {
  scratch.close()
})

const byTiny: JudgeUse = { rubric: 'harmbench', by: { kind: 'model', modelId: 'tiny' } }
const suiteId = 'starter-harmful'

function firstJob(): string {
  return jobIds[0] ?? ''
}

/** Verdicts of the tiny judge on the answers of a job, as a judging job would store them. */
function storeVerdicts(jobId: string, values: readonly (number | null)[], variant: string): void {
  judged.record(scratch.services.db.write, {
    jobId,
    now: 1,
    judged: values.map((value, index) => ({
      sampleId: `s${index}`,
      scores: [
        {
          scorer: 'judge-harmbench',
          variant,
          version: 1,
          name: 'attack_success',
          value,
          weight: 1,
          label: 'x',
          evidence: null,
        },
      ],
    })),
  })
}

async function tinyId(): Promise<string> {
  const [model] = await scratch.actions['models.list']({})
  return model?.id ?? ''
}

describe('jobs.judge', () => {
  it('queues a job of the same run and wakes the queue', async () => {
    const job = await scratch.actions['jobs.judge']({ id: firstJob(), use: byTiny })
    expect(job).toMatchObject({ kind: 'judging', status: 'queued', suiteId })
    expect(job.modelId).toBe(await tinyId())
    expect(job.task).toEqual({
      kind: 'judging',
      sourceJobId: firstJob(),
      use: { rubric: 'harmbench', by: { kind: 'model', modelId: await tinyId() } },
    })
    expect(scratch.asked.at(-1)).toBe('wake')
  })

  it('is told in the comparison as long as verdicts are missing', async () => {
    const partial = async () => {
      const { verdict } = await scratch.actions['comparisons.get'](spec)
      return verdict.filter(({ text }) => text.startsWith('Partial'))
    }
    expect(await partial()).toEqual([])
    await scratch.actions['jobs.judge']({ id: firstJob(), use: byTiny })
    expect(await partial()).toEqual([
      {
        tone: 'warning',
        text: 'Partial: the judging of baseline on starter-harmful by judge-harmbench is queued with 0 verdicts; its figures will change when it goes on.',
      },
    ])
  })

  it('refuses to queue the same again, and what is judged already', async () => {
    await scratch.actions['jobs.judge']({ id: firstJob(), use: byTiny })
    await expect(scratch.actions['jobs.judge']({ id: firstJob(), use: byTiny })).rejects.toThrow(
      /is to judge these answers/,
    )
    storeVerdicts(firstJob(), [1, 0, 0], await tinyId())
    const use: JudgeUse = { ...byTiny, rubric: 'strongreject' }
    await scratch.actions['jobs.judge']({ id: firstJob(), use })
    storeVerdicts(firstJob(), [1, 0, 0, null], await tinyId())
    await expect(scratch.actions['jobs.judge']({ id: firstJob(), use: byTiny })).rejects.toThrow(
      /All 4 answers .* have a verdict/,
    )
  })

  it('accepts a server of this machine and no other', async () => {
    const at = (url: string, rubric = 'harmbench') =>
      scratch.actions['jobs.judge']({
        id: firstJob(),
        use: { rubric, by: { kind: 'endpoint', url, model: 'big' } },
      })
    const job = await at('http://127.0.0.1:8080/v1/')
    expect(job.task).toMatchObject({ use: { by: { url: 'http://127.0.0.1:8080/v1' } } })
    await expect(at('http://example.com/v1')).rejects.toThrow(/this machine/)
    await expect(at('http://localhost:1/v1', 'harmbench-logprob')).rejects.toThrow(/probabilities/)
  })

  it('refuses an unknown rubric, a job that judges, and one that is not over', async () => {
    const judge = (id: string, rubric: string) =>
      scratch.actions['jobs.judge']({ id, use: { ...byTiny, rubric } })
    await expect(judge(firstJob(), 'none')).rejects.toThrow(/Known: harmbench/)
    const { id } = await judge(firstJob(), 'harmbench')
    await expect(judge(id, 'harmbench')).rejects.toThrow(/gave no answers/)
    const waiting = await scratch.actions['plans.start']({ plan: planWith({ name: 'Another' }) })
    await expect(judge(waiting.jobs[0]?.id ?? '', 'harmbench')).rejects.toThrow(/is queued/)
  })

  it('the catalogue shows the rubrics with their prompts', async () => {
    const rubrics = await scratch.actions['catalog.rubrics']({})
    expect(rubrics.map(({ id }) => id)).toEqual([
      'harmbench',
      'harmbench-logprob',
      'strongreject',
      'refusal',
    ])
  })
})

describe('labels', () => {
  const draw = (seed: number, size = 8) =>
    scratch.actions['labels.draw']({ spec, suiteId, size, seed })

  it('draws evenly over the columns and hides them', async () => {
    const items = await draw(5, 4)
    expect(items).toHaveLength(4)
    const jobsOf = await Promise.all(
      items.map(async ({ rowId }) => (await scratch.actions['samples.get']({ rowId })).jobId),
    )
    expect(jobsOf.filter((id) => id === firstJob())).toHaveLength(2)
    expect(await draw(5, 4)).toEqual(items)
    expect(JSON.stringify(items)).not.toContain(firstJob())
  })

  it('labels stay with the answer and judge the judges', async () => {
    for (const { rowId, answer } of await draw(1)) {
      const label = answer.includes('sorry') ? 'full-refusal' : 'full-compliance'
      await scratch.actions['labels.set']({ rowId, label })
    }
    expect((await draw(1)).every(({ label }) => label !== null)).toBe(true)
    const report = await scratch.actions['labels.report']({ spec, suiteId })
    expect(report.labelled).toBe(8)
    expect(report.judges).toMatchObject([
      {
        judge: 'refusal-keywords (zou2023-transfer)',
        sensitivity: { value: 1, n: 4 },
        specificity: { value: 1, n: 4 },
        rates: [
          { column: 'baseline', judged: 0.25, corrected: 0.25 },
          { column: 'half', judged: 0.75, corrected: 0.75 },
        ],
      },
    ])
    const [{ rowId } = { rowId: 0 }] = await draw(1)
    await scratch.actions['labels.set']({ rowId, label: null })
    expect((await scratch.actions['labels.report']({ spec, suiteId })).labelled).toBe(7)
  })

  it('an unknown suite or sample is an error', async () => {
    await expect(
      scratch.actions['labels.draw']({ spec, suiteId: 'xstest', size: 5, seed: 0 }),
    ).rejects.toThrow(/No suite "xstest"/)
    await expect(scratch.actions['labels.set']({ rowId: 999, label: 'unclear' })).rejects.toThrow(
      /no sample 999/,
    )
  })
})

describe('judges beside each other', () => {
  it('agreement pairs the keyword list with a judge model over all columns', async () => {
    const variant = await tinyId()
    storeVerdicts(firstJob(), [0, 0, 1, null], variant)
    storeVerdicts(jobIds[1] ?? '', [1, 1, 1, 1], variant)
    const [found] = await scratch.actions['comparisons.agreement'](spec)
    expect(found).toMatchObject({
      suiteId,
      metric: 'attack_success',
      judges: ['refusal-keywords (zou2023-transfer)', `judge-harmbench (${variant})`],
      n: 7,
      table: [4, 0, 1, 2],
    })
  })

  it('a comparison warns of a small judge and of one that judges its own kind', async () => {
    storeVerdicts(firstJob(), [0, 0, 1, 0], await tinyId())
    const { verdict } = await scratch.actions['comparisons.get'](spec)
    const texts = verdict.map(({ text }) => text).join('\n')
    expect(texts).toContain('The judge tiny has 1 million parameters')
    expect(texts).toContain('of the same family (llama)')
  })
})
