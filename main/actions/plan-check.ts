/** Everything that can be known to be wrong with a plan before anything is stored or run. */
import type { ActivationSpaceTask, Plan } from '#contract/plans'
import type { CheckedJudge } from './judge-check.ts'
import { checkColumns, type CheckedColumns, type PlanColumn } from './plan-columns.ts'
import { attempt, repeated } from './plan-problems.ts'
import { searchProblems } from './plan-search.ts'
import { checkSuite, type CheckedSuite } from './plan-suites.ts'
import { taskProblems } from './plan-tasks.ts'
import type { Services } from './services.ts'
import { findSuiteRecord, type SuiteData } from './suite-data.ts'
import { requireDataset } from './suites.ts'
import type { SuiteDataset, SuiteRecord } from '#contract/suites'

export type PlanServices = Services & { readonly suiteData: SuiteData }

/** One evaluation to be: a configuration on a suite. */
export interface PlanCell extends PlanColumn {
  readonly suite: CheckedSuite
}

/** One study to be: harmful against harmless prompts under a configuration. */
export interface PlanStudy extends PlanColumn {
  readonly task: ActivationSpaceTask
  /** Of the harmful prompts. */
  readonly record: SuiteRecord
  readonly dataset: SuiteDataset
}

/** One judging to be: the answers of a cell, read by a judge. */
export interface PlanJudging {
  readonly cell: PlanCell
  readonly judge: CheckedJudge
}

export interface CheckedPlan {
  /** As written, with full model ids and all parameters. Only complete when there are no problems. */
  readonly plan: Plan
  /** Configuration by configuration, suites in order. */
  readonly cells: readonly PlanCell[]
  readonly studies: readonly PlanStudy[]
  readonly judgings: readonly PlanJudging[]
  /** Sentences that name the field. */
  readonly problems: readonly string[]
}

/** Never throws for what is wrong with the plan: that is the list of problems. */
export async function checkPlan(services: PlanServices, plan: Plan): Promise<CheckedPlan> {
  const problems: string[] = []
  const checked = checkColumns({ services, plan, problems })
  problems.push(
    ...repeatedNames(plan, checked),
    ...repeated(
      'suites',
      plan.suites.map(({ id }) => id),
    ),
  )
  problems.push(...unknownSkips(plan, checked), ...searchProblems(services, plan))
  const suites: CheckedSuite[] = []
  for (const [index, options] of plan.suites.entries()) {
    const suite = await checkSuite({ services, options, field: `suites[${index}]`, problems })
    if (suite !== null) suites.push(suite)
  }
  const cells = cellsOf({ plan, checked, suites })
  if (cells.length === 0 && problems.length === 0) problems.push('skip: leaves nothing to run')
  const studies = studiesOf({ services, plan, columns: checked.columns, problems })
  problems.push(...taskProblems(cells, studies))
  return {
    plan: {
      ...plan,
      configurations: checked.completed,
      suites: plan.suites.map((options) => suites.find(isSuite(options.id))?.options ?? options),
    },
    cells,
    studies,
    judgings: cells.flatMap((cell) => cell.suite.judges.map((judge) => ({ cell, judge }))),
    problems,
  }
}

/** Among what is written, or among the columns that it becomes. */
function repeatedNames({ configurations }: Plan, { columns }: CheckedColumns): string[] {
  const lists = [configurations.map(nameOf), columns.map(nameOf)]
  return [...new Set(lists.flatMap((names) => repeated('configurations', names)))]
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

function isSuite(id: string): (suite: CheckedSuite) => boolean {
  return ({ record }) => record.id === id
}

function cellsOf(input: {
  readonly plan: Plan
  readonly checked: CheckedColumns
  readonly suites: readonly CheckedSuite[]
}): PlanCell[] {
  const { plan, checked, suites } = input
  const skipped = new Set(
    plan.skip.flatMap(([name, suiteId]) =>
      [name, ...(checked.namesOf.get(name) ?? [])].map((one) => JSON.stringify([one, suiteId])),
    ),
  )
  return checked.columns.flatMap((column) =>
    suites
      .filter(({ record }) => !skipped.has(JSON.stringify([column.name, record.id])))
      .map((suite): PlanCell => ({ ...column, suite })),
  )
}

/** One study for each column that changes anything; the baseline is the exact side of all of them. */
function studiesOf(input: {
  readonly services: PlanServices
  readonly plan: Plan
  readonly columns: readonly PlanColumn[]
  readonly problems: string[]
}): PlanStudy[] {
  const { services, plan, columns, problems } = input
  return (plan.analyses ?? []).flatMap((task, index) => {
    const field = `analyses[${index}]`
    const found = attempt({
      field,
      problems,
      work: () => {
        // Both sides need data before anything runs.
        requireDataset(services, findSuiteRecord(services.catalog, task.harmless).id)
        const record = findSuiteRecord(services.catalog, task.harmful)
        return { record, dataset: requireDataset(services, record.id) }
      },
    })
    if (found === null) return []
    return columns
      .slice(1)
      .filter(changesModel)
      .map((column) => ({ ...column, task, ...found }))
  })
}

function changesModel({ configuration }: PlanColumn): boolean {
  const { interventions, adapterId, precision } = configuration
  return interventions.length > 0 || adapterId !== undefined || precision !== 'exact'
}

function unknownSkips({ skip, configurations, suites }: Plan, checked: CheckedColumns): string[] {
  const names = new Set([...configurations, ...checked.columns].map(nameOf))
  return skip.flatMap(([name, suiteId], index) => [
    ...(names.has(name)
      ? []
      : [`skip[${index}]: no configuration ${JSON.stringify(name)} in this plan`]),
    ...(suites.some(({ id }) => id === suiteId)
      ? []
      : [`skip[${index}]: no suite ${JSON.stringify(suiteId)} in this plan`]),
  ])
}
