import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PlanInput } from '#contract/plans'
import { jobs } from '#db'
import { finishJob } from './fixtures/finish-job.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { planWith, prepare, prompts } from './fixtures/two-columns.ts'
import { parsePlan } from './plan-text.ts'

let scratch: Scratch
beforeEach(() => {
  scratch = openScratch()
})
afterEach(() => scratch.close())

describe('plans.start', () => {
  it('stores every cell as a job, in order, with all that a repetition needs', async () => {
    await prepare(scratch)
    const run = await scratch.actions['plans.start']({ plan: planWith() })
    expect(
      run.jobs.map(({ configurationName, suiteId, status }) => [
        configurationName,
        suiteId,
        status,
      ]),
    ).toEqual([
      ['baseline', 'starter-harmful', 'queued'],
      ['half', 'starter-harmful', 'queued'],
    ])
    expect(run.plan.configurations[1]?.interventions[0]?.params).toHaveProperty('sparsity', 0.5)
    expect(run.plan.configurations[0]?.modelId).toMatch(/^tiny@/)
    expect(scratch.asked).toEqual(['wake'])
    const { db } = scratch.services
    expect(jobs.order(db.read, run.jobs[0]!.id).scorers.length).toBeGreaterThan(0)
    const reread = parsePlan((await scratch.actions['plans.print']({ plan: run.plan })).yaml)
    expect(reread).toEqual(run.plan)
  })

  it('leaves out what is skipped', async () => {
    await prepare(scratch)
    const run = await scratch.actions['plans.start']({
      plan: planWith({ skip: [['half', 'starter-harmful']] }),
    })
    expect(run.jobs).toHaveLength(1)
  })

  const half = { name: 'half', modelId: 'tiny', interventions: [{ id: 'activation-sparsity' }] }
  it.each<[string, Partial<PlanInput>, string]>([
    [
      'a model that is not there',
      { configurations: [{ name: 'a', modelId: 'other' }] },
      'configurations[0] "a": Model "other" is not registered',
    ],
    [
      'a name used twice',
      {
        configurations: [
          { name: 'a', modelId: 'tiny' },
          { ...half, name: 'a' },
        ],
      },
      '"a" is listed more than once',
    ],
    [
      'the same thing twice',
      {
        configurations: [
          { name: 'a', modelId: 'tiny' },
          { name: 'b', modelId: 'tiny' },
        ],
      },
      'is the same as "a"',
    ],
    [
      'an unknown intervention',
      { configurations: [{ name: 'a', modelId: 'tiny', interventions: [{ id: 'magic' }] }] },
      'magic',
    ],
    ['an unknown suite', { suites: [{ id: 'none' }] }, 'suites[0]: There is no suite "none"'],
    ['a suite without data', { suites: [{ id: 'advbench' }] }, 'advbench has no data yet'],
    [
      'a suite twice',
      { suites: [{ id: 'starter-harmful' }, { id: 'starter-harmful', limit: 2 }] },
      'suites: "starter-harmful" is listed more than once',
    ],
    [
      'an empty selection',
      { suites: [{ id: 'starter-harmful', only: 'comply' }] },
      'leave no sample',
    ],
    [
      'an unknown scorer',
      { suites: [{ id: 'starter-harmful', scorers: [{ id: 'x', variant: 'y' }] }] },
      'no scorer "x"',
    ],
    [
      'float16 on the CPU',
      { configurations: [{ name: 'a', modelId: 'tiny', precision: 'float16', provider: 'cpu' }] },
      'needs a GPU',
    ],
    [
      'an answer longer than the context',
      { configurations: [{ name: 'a', modelId: 'tiny', decoding: { maxNewTokens: 512 } }] },
      'decoding.maxNewTokens',
    ],
    [
      'worked examples of a suite that has none',
      { suites: [{ id: 'starter-harmful', examples: 4 }] },
      'suites[0] starter-harmful: examples: this suite has no worked examples to choose',
    ],
    [
      'beams of a model that has none',
      { configurations: [{ name: 'a', modelId: 'tiny', decoding: { beams: 2 } }] },
      'decoding.beams: only text-to-text models have beams',
    ],
    ['a skip of nothing', { skip: [['x', 'starter-harmful']] }, 'skip[0]: no configuration "x"'],
    [
      'nothing to run',
      {
        skip: [
          ['baseline', 'starter-harmful'],
          ['half', 'starter-harmful'],
        ],
      },
      'nothing to run',
    ],
  ])('refuses %s before one row is written', async (_case, changes, message) => {
    await prepare(scratch)
    const plan = planWith(changes)
    await expect(scratch.actions['plans.start']({ plan })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(message) as string,
    })
    expect(await scratch.actions['runs.list']({})).toEqual([])
    const estimate = await scratch.actions['plans.estimate']({ plan })
    expect(estimate.problems.join()).toContain(message)
  })

  it('refuses a model whose file is gone', async () => {
    await prepare(scratch)
    rmSync(join(scratch.folder, 'tiny.gguf'))
    await expect(scratch.actions['plans.start']({ plan: planWith() })).rejects.toThrow(
      'found nothing',
    )
  })
})

describe('plans.estimate', () => {
  it('counts, and says what so many samples can show', async () => {
    await prepare(scratch)
    const estimate = await scratch.actions['plans.estimate']({ plan: planWith() })
    expect(estimate).toMatchObject({ jobs: 2, samples: 8, durationMs: null, problems: [] })
    expect(estimate.diskBytes).toBeGreaterThan(0)
    expect(estimate.memoryBytes).toBeGreaterThan(4_000_000)
    // Four pairs can show hardly anything.
    expect(estimate.detectablePoints['starter-harmful']).toBeGreaterThan(50)
  })

  it('learns the duration from finished jobs of the same model', async () => {
    await prepare(scratch)
    const run = await scratch.actions['plans.start']({ plan: planWith() })
    for (const { id } of run.jobs)
      finishJob(scratch.services.db, { id, prompts, values: [1, 1, 1, 1], activeMs: 4000 })
    const estimate = await scratch.actions['plans.estimate']({ plan: planWith() })
    expect(estimate.durationMs).toBe(8000)
  })
})
