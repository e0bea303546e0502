import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { planSchema } from '#contract/plans'
import { samples } from '#db'
import { finishJob } from './fixtures/finish-job.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { createSweeper } from './sweeper.ts'

const prompts = Array.from({ length: 300 }, (_, index) => `Name plant ${index}`)

let scratch: Scratch
let runId: string
let jobId: string
beforeEach(async () => {
  scratch = openScratch()
  await scratch.addModel('tiny')
  await scratch.addSuite('starter-harmful', prompts, 'refuse')
  const run = await scratch.actions['plans.start']({
    plan: planSchema.parse({
      name: 'First',
      configurations: [{ name: 'baseline', modelId: 'tiny' }],
      suites: [{ id: 'starter-harmful' }],
    }),
  })
  runId = run.id
  jobId = run.jobs[0]!.id
  finishJob(scratch.services.db, { id: jobId, prompts, values: prompts.map(() => 0) })
})
afterEach(() => scratch.close())

function stored(): number {
  return samples.doneIds(scratch.services.db.read, { jobId, errors: true }).length
}

describe('sweeping', () => {
  it('deletes what a removed run held, in pieces between which others get their turn', async () => {
    const { services, actions } = scratch
    let turns = 0
    await actions['runs.remove']({ id: runId })
    const left = stored()
    const swept = services.sweeper.finished()
    const watch = setInterval(() => (turns += 1), 0)
    await swept
    clearInterval(watch)
    expect(left).toBeGreaterThan(0)
    expect(turns).toBeGreaterThan(0)
    expect(stored()).toBe(0)
  })

  it('goes on for a run that is removed when nothing was left a moment ago', async () => {
    const { services, actions } = scratch
    services.sweeper.wake()
    await actions['runs.remove']({ id: runId })
    for (let turn = 0; turn < 200 && stored() > 0; turn++) await setImmediate()
    expect(stored()).toBe(0)
  })

  it('stops when it is closed, and another one goes on', async () => {
    const { services, actions } = scratch
    await actions['runs.remove']({ id: runId })
    await services.sweeper.close()
    expect(stored()).toBeGreaterThan(0)
    const next = createSweeper(services.db)
    await next.finished()
    expect(stored()).toBe(0)
  })
})
