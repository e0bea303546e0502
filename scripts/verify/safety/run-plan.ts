/** Runs a plan by the command line program on the check's own profile. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { comparisonSchema, type Comparison } from '#contract/comparisons'
import { runDetailSchema, type RunDetail } from '#contract/jobs'
import type { PlanInput } from '#contract/plans'
import type { VerifyContext } from '../check.ts'
import { actbench, jsonOf } from '../command-line.ts'
import { broken } from './figures.ts'

const outputSchema = z.object({ run: runDetailSchema, comparison: comparisonSchema })
const addedSchema = z.object({ id: z.string() })

export interface PlanOutcome {
  readonly run: RunDetail
  readonly comparison: Comparison
  readonly wallMs: number
}

/** Throws with what the program said when a job failed. */
export async function runPlan(context: VerifyContext, plan: PlanInput): Promise<PlanOutcome> {
  const path = join(context.scratch, 'plan.json')
  await writeFile(path, JSON.stringify(plan))
  const ended = await actbench(context, ['run', path, '--json'])
  return { ...outputSchema.parse(jsonOf(ended)), wallMs: ended.wallMs }
}

/** Registers a model, a suite's data or an adapter: `['models', 'add', path]`. Returns its id. */
export async function register(
  context: VerifyContext,
  parameters: readonly string[],
): Promise<string> {
  return addedSchema.parse(jsonOf(await actbench(context, [...parameters, '--json']))).id
}

/** Every job done, no sample failed, and a verified passport for whatever changes something. */
export function planProblems({ run, comparison }: PlanOutcome): string[] {
  const unfinished = run.jobs.filter(({ status }) => status !== 'done')
  const failed = run.jobs.reduce((sum, job) => sum + job.failed, 0)
  const unverified = comparison.columns.filter(
    ({ configuration, passport }) =>
      configuration.interventions.length > 0 && passport?.isVerified !== true,
  )
  return broken([
    [run.jobs.length > 0, 'the run has no jobs'],
    [unfinished.length === 0, `${unfinished.length} jobs are not done`],
    [failed === 0, `${failed} samples failed`],
    [
      unverified.length === 0,
      `without a verified passport: ${unverified.map(({ name }) => name).join(', ')}`,
    ],
  ])
}

export function runText({ run, wallMs }: PlanOutcome): string {
  const samples = run.jobs.reduce((sum, { done }) => sum + done, 0)
  return `${run.jobs.length} jobs, ${samples} samples, ${(wallMs / 1000).toFixed(1)} s`
}
