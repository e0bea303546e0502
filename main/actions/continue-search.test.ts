import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunDetail } from '#contract/jobs'
import type { PlanInput } from '#contract/plans'
import { queueState } from '#db'
import { continueSearch, followSearches } from './continue-search.ts'
import { finishJob } from './fixtures/finish-job.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { planWith, prepare, prompts } from './fixtures/two-columns.ts'

let scratch: Scratch
beforeEach(async () => {
  scratch = openScratch()
  await prepare(scratch)
})
afterEach(() => scratch.close())

/** Attack success has its peak of 4 of 4 at sparsity 0.5. */
function successes(name: string): number {
  const strength = Number(/sparsity=([\d.]+)/.exec(name)?.[1] ?? 0)
  return Math.round(4 * Math.max(0, 1 - 2 * Math.abs(strength - 0.5)))
}

function finishAll(run: RunDetail): void {
  for (const { id, status, configurationName } of run.jobs) {
    if (status !== 'queued') continue
    const count = successes(configurationName)
    const values = prompts.map((_, index) => (index < count ? 1 : 0))
    finishJob(scratch.services.db, { id, prompts, values })
  }
}

function search(changes: Partial<NonNullable<PlanInput['search']>> = {}): PlanInput['search'] {
  return {
    configuration: 'TEAL',
    suite: 'starter-harmful',
    utilitySuite: 'starter-harmful',
    maxPerplexityRatio: null,
    rounds: 2,
    ...changes,
  }
}

function start(changes: Partial<NonNullable<PlanInput['search']>> = {}): Promise<RunDetail> {
  return scratch.actions['plans.start']({
    plan: planWith({
      configurations: [
        { name: 'baseline', modelId: 'tiny' },
        {
          name: 'TEAL',
          modelId: 'tiny',
          interventions: [{ id: 'activation-sparsity', params: { sparsity: [0.2, 0.9] } }],
        },
      ],
      suites: [
        {
          id: 'starter-harmful',
          scorers: [{ id: 'refusal-keywords', variant: 'zou2023-transfer' }],
        },
      ],
      search: search(changes),
    }),
  })
}

const again = (id: string) => scratch.actions['runs.get']({ id })
const names = (run: RunDetail) => run.jobs.map(({ configurationName }) => configurationName)
const goOn = (id: string) => continueSearch(scratch.services, { id })

describe('continueSearch', () => {
  it('waits for the jobs of the run', async () => {
    const run = await start()
    expect(await goOn(run.id)).toBe(0)
    finishJob(scratch.services.db, { id: run.jobs[0]!.id, prompts, values: [0, 0, 0, 0] })
    expect(await goOn(run.id)).toBe(0)
  })

  it('refines around the worst strength, round by round, until the rounds are used', async () => {
    const run = await start()
    finishAll(run)
    expect(await goOn(run.id)).toBe(2)
    const second = await again(run.id)
    expect(names(second).slice(3)).toEqual(['TEAL sparsity=0.1', 'TEAL sparsity=0.55'])
    expect(second.plan.configurations).toHaveLength(2)
    expect(scratch.asked.filter((asked) => asked === 'wake')).toHaveLength(2)
    const midway = await scratch.actions['comparisons.get']({
      runIds: [run.id],
      configurations: null,
      baseline: null,
      suites: null,
    })
    expect(midway.search).toMatchObject({ isFinished: false })

    finishAll(second)
    expect(await goOn(run.id)).toBe(2)
    const third = await again(run.id)
    expect(names(third).slice(5)).toEqual(['TEAL sparsity=0.375', 'TEAL sparsity=0.725'])
    finishAll(third)
    expect(await goOn(run.id)).toBe(0)

    const comparison = await scratch.actions['comparisons.get']({
      runIds: [run.id],
      configurations: null,
      baseline: null,
      suites: null,
    })
    expect(comparison.sweeps[0]?.points.map(({ strength }) => strength)).toEqual([
      0, 0.1, 0.2, 0.375, 0.55, 0.725, 0.9,
    ])
    const { points, worst, isFinished } = comparison.search!
    expect(isFinished).toBe(true)
    expect(points[worst!]).toMatchObject({ strength: 0.55, value: { value: 1 } })
    expect(comparison.verdict.map(({ text }) => text).join(' ')).toContain(
      'they cannot be told apart',
    )
  })

  it('adds nothing twice', async () => {
    const run = await start()
    finishAll(run)
    // Which of the two comes first is the scheduler's affair.
    const added = await Promise.all([goOn(run.id), goOn(run.id)])
    expect(added.toSorted()).toEqual([0, 2])
    expect(await goOn(run.id)).toBe(0)
    expect((await again(run.id)).jobs).toHaveLength(5)
  })

  it('stops for a person who cancelled a job, and where nothing is searched', async () => {
    const run = await start()
    finishAll(run)
    expect(await goOn(run.id)).toBe(2)
    const second = await again(run.id)
    queueState.transition(scratch.services.db.write, {
      id: second.jobs[3]!.id,
      from: ['queued'],
      to: 'cancelled',
      now: 9,
    })
    finishAll(await again(run.id))
    expect(await goOn(run.id)).toBe(0)

    const plain = await scratch.actions['plans.start']({ plan: planWith() })
    finishAll(plain)
    expect(await goOn(plain.id)).toBe(0)
    const noRounds = await start({ rounds: 0 })
    finishAll(noRounds)
    expect(await goOn(noRounds.id)).toBe(0)
  })

  it('is refused from the start with a judge that the suite does not have', async () => {
    const scorer = { id: 'refusal-keywords', variant: 'quada-refusal-v1' }
    await expect(start({ scorer })).rejects.toThrow(
      'starter-harmful is not judged by refusal-keywords:quada-refusal-v1 in this plan; there is refusal-keywords:zou2023-transfer',
    )
  })

  it('says what changed when the next strengths cannot run', async () => {
    const run = await start()
    finishAll(run)
    const { db } = scratch.services
    await scratch.actions['models.remove']({ id: run.jobs[0]!.modelId })
    await expect(continueSearch({ ...scratch.services, db }, { id: run.id })).rejects.toThrow(
      `The search of run ${run.id} cannot go on`,
    )
  })
})

describe('followSearches', () => {
  it('goes on at the end of a job, and at the start of the app', async () => {
    const run = await start()
    finishAll(run)
    const failures: string[] = []
    const follower = followSearches(
      () => scratch.services,
      ({ message }) => failures.push(message),
    )
    await follower.catchUp()
    expect((await again(run.id)).jobs).toHaveLength(5)
    finishAll(await again(run.id))
    follower.observe('job-changed', (await again(run.id)).jobs[4]!)
    // Searches go on one by one: this one comes after the one that was observed.
    await follower.catchUp()
    expect((await again(run.id)).jobs).toHaveLength(7)
    expect(failures).toEqual([])
  })
})
