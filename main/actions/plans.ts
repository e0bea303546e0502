/** Plans: what goes down once. Checked as a whole before one row is written. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ActbenchError } from '#contract/errors'
import type { RunDetail } from '#contract/jobs'
import type { Plan } from '#contract/plans'
import { configurations, inTransaction, runs } from '#db'
import { registerEmbedded } from './embedded.ts'
import { checkPlan, type PlanServices } from './plan-check.ts'
import { layersOfModel } from './plan-columns.ts'
import { newJobs } from './plan-jobs.ts'
import { parsePlan } from './plan-text.ts'
import { demoModel } from './resources.ts'

/** Stores the run with its jobs in one transaction and wakes the queue. Throws `invalid-input` with every problem. */
export async function startPlan(
  services: PlanServices,
  { plan }: { readonly plan: Plan },
): Promise<RunDetail> {
  const { db, queue, emit, clock } = services
  const checked = await checkPlan(services, plan)
  if (checked.problems.length > 0) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `The plan ${JSON.stringify(plan.name)} cannot start. ${checked.problems.join('; ')}`,
      remedy: 'Correct these points; nothing was queued.',
    })
  }
  const createdAt = clock()
  const id = createRunId(createdAt)
  const started = inTransaction(db.write, () => {
    for (const { name, configuration } of [...checked.cells, ...checked.studies]) {
      configurations.ensure(db.write, { name, configuration, now: createdAt })
    }
    return runs.create(
      db.write,
      { id, name: plan.name, createdAt, plan: checked.plan },
      newJobs({ checked, plan, runId: id, before: 0, createdAt }),
    )
  })
  emit('runs-changed', {})
  queue.wake()
  return started
}

/** The plan with its sweeps and maps written out. Throws `invalid-input` naming configuration and parameter. */
export function expandPlan(services: PlanServices, { plan }: { readonly plan: Plan }): Plan {
  return services.catalog.expandPlan(plan, layersOfModel(services))
}

/** The embedded comparison: registers what ships with the app if need be, then starts its plan. */
export async function startDemo(services: PlanServices): Promise<RunDetail> {
  await registerEmbedded(services, { restored: [demoModel] })
  return startPlan(services, { plan: await readDemoPlan(services) })
}

export async function readDemoPlan({ resources }: PlanServices): Promise<Plan> {
  try {
    return parsePlan(await readFile(resources.demoPlan, 'utf8'))
  } catch (cause) {
    throw new ActbenchError({
      code: 'internal',
      message: `${resources.demoPlan}: the embedded plan cannot be read`,
      remedy: 'The installation is incomplete; install Actbench again.',
      cause,
    })
  }
}

/** Day and six random hex digits: sorts by day and can be typed. */
function createRunId(createdAt: number): string {
  const day = new Date(createdAt).toISOString().slice(0, 10).replaceAll('-', '')
  return `${day}-${randomBytes(3).toString('hex')}`
}
