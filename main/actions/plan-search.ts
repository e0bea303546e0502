/** The search of a plan: which configuration and which of its parameters are refined, and whether that can work. */
import type { Plan, PlanSearch } from '#contract/plans'
import type { Database } from '#db'
import type { Catalog } from './catalog-door.ts'
import { findModel } from './models.ts'
import { attempt } from './plan-problems.ts'
import type { Services } from './services.ts'

type PlanConfiguration = Plan['configurations'][number]

/** The swept parameter of the configuration that a search refines. */
export interface SearchAxis {
  readonly configuration: PlanConfiguration
  /** Place of the configuration in the plan. */
  readonly written: number
  /** Place of the intervention in the configuration. */
  readonly use: number
  readonly param: string
  readonly values: readonly number[]
}

/** Null when the plan has no such configuration, or not exactly one list of numbers in it, or maps it as well. */
export function findSearchAxis(
  catalog: Catalog,
  { plan, search }: { readonly plan: Plan; readonly search: PlanSearch },
): SearchAxis | null {
  const written = plan.configurations.findIndex(({ name }) => name === search.configuration)
  const configuration = plan.configurations[written]
  if (configuration === undefined || configuration.map !== undefined) return null
  const [axis, ...others] = catalog.axesOf(configuration.interventions)
  if (axis === undefined || others.length > 0) return null
  const values = axis.values.filter((value) => typeof value === 'number')
  if (values.length !== axis.values.length) return null
  return { configuration, written, use: axis.use, param: axis.param, values }
}

/** Sentences that name the field; empty without a search. */
export function searchProblems({ catalog, db }: Services, plan: Plan): string[] {
  const { search } = plan
  if (search === undefined) return []
  const axis = findSearchAxis(catalog, { plan, search })
  return [
    ...(axis === null
      ? [
          `search.configuration: ${JSON.stringify(search.configuration)} must be a configuration of this plan with one list of numbers among its parameters, and no map`,
        ]
      : referenceProblems(db, { plan, search, axis })),
    ...suiteProblems({ catalog, plan, search }),
  ]
}

/** A budget is a multiple of the same model's perplexity: another model's is on another scale. */
function referenceProblems(
  db: Database,
  { plan, search, axis }: { plan: Plan; search: PlanSearch; axis: SearchAxis },
): string[] {
  const { configurations } = plan
  const own = modelOf(db, axis.configuration)
  const isReference = (one: PlanConfiguration, at: number): boolean =>
    (at === 0 || one.interventions.length === 0) && modelOf(db, one) === own
  if (search.maxPerplexityRatio === null || axis.values.includes(0)) return []
  if (configurations.some(isReference)) return []
  return [
    `search.configuration: ${JSON.stringify(search.configuration)} runs ${own}, and the baseline ${modelOf(db, configurations[0] ?? axis.configuration)}: add a configuration of ${own} without interventions, whose perplexity is the measure of the budget`,
  ]
}

/** As written where no model is meant by it: that is told elsewhere. */
function modelOf(db: Database, { modelId }: PlanConfiguration): string {
  return attempt({ field: '', problems: [], work: () => findModel(db, modelId).id }) ?? modelId
}

function suiteProblems(input: {
  readonly catalog: Catalog
  readonly plan: Plan
  readonly search: PlanSearch
}): string[] {
  const { catalog, plan, search } = input
  const { scorer, suite, utilitySuite, maxPerplexityRatio } = search
  const recordOf = (id: string) => catalog.suiteRecords().find((record) => record.id === id)
  const problems = [
    { field: 'search.suite', id: suite },
    { field: 'search.utilitySuite', id: utilitySuite },
  ].flatMap(({ field, id }) =>
    plan.suites.some((one) => one.id === id)
      ? []
      : [`${field}: no suite ${JSON.stringify(id)} in this plan`],
  )
  const attacked = plan.suites.find(({ id }) => id === suite)
  const judges = [
    ...(attacked?.scorers ?? recordOf(suite)?.scorers ?? []).map(labelOf),
    // The variant of a judge is the id of its model, which is not known before it has run.
    ...(attacked?.judges ?? []).map(({ rubric }) => `judge-${rubric}`),
  ]
  const wanted = scorer.id.startsWith('judge-') ? scorer.id : labelOf(scorer)
  if (attacked !== undefined && !judges.includes(wanted)) {
    problems.push(
      `search.scorer: ${suite} is not judged by ${wanted} in this plan; there is ${judges.join(', ')}`,
    )
  }
  const kind = recordOf(utilitySuite)?.kind
  if (maxPerplexityRatio !== null && kind !== undefined && kind !== 'perplexity') {
    problems.push(`search.utilitySuite: expected a suite of perplexity, found ${utilitySuite}`)
  }
  return problems
}

function labelOf({ id, variant }: PlanSearch['scorer']): string {
  return `${id}:${variant}`
}
