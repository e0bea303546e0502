/** Everything that can be known to be wrong with a plan before anything is stored or run. */
import type { Configuration } from '#contract/configurations'
import { isActbenchError } from '#contract/errors'
import type { Model } from '#contract/models'
import type { Plan, PlanSuite } from '#contract/plans'
import type { ScorerUse, SuiteDataset, SuiteRecord } from '#contract/suites'
import { configurations } from '#db'
import { completeConfiguration } from './configurations.ts'
import { findModel } from './models.ts'
import type { Services } from './services.ts'
import { findSuiteRecord, type SuiteData } from './suite-data.ts'
import { requireDataset } from './suites.ts'

export type PlanServices = Services & { readonly suiteData: SuiteData }

/** One job to be: a configuration on a suite. */
export interface PlanCell {
  readonly name: string
  readonly configuration: Configuration
  readonly hash: string
  readonly model: Model
  readonly suite: CheckedSuite
}

export interface CheckedSuite {
  readonly record: SuiteRecord
  readonly options: PlanSuite
  readonly scorers: readonly ScorerUse[]
  readonly dataset: SuiteDataset
  readonly sampleCount: number
}

export interface CheckedPlan {
  /** As written, with full model ids and all parameters. Only complete when there are no problems. */
  readonly plan: Plan
  /** Configuration by configuration, suites in order. */
  readonly cells: readonly PlanCell[]
  /** Sentences that name the field. */
  readonly problems: readonly string[]
}

/** Never throws for what is wrong with the plan: that is the list of problems. */
export async function checkPlan(services: PlanServices, plan: Plan): Promise<CheckedPlan> {
  const problems: string[] = []
  problems.push(
    ...repeated(
      'configurations',
      plan.configurations.map(({ name }) => name),
    ),
  )
  problems.push(
    ...repeated(
      'suites',
      plan.suites.map(({ id }) => id),
    ),
  )
  problems.push(...unknownSkips(plan))

  const columns = checkConfigurations({ services, plan, problems })
  const suites: CheckedSuite[] = []
  for (const [index, options] of plan.suites.entries()) {
    const suite = await checkSuite({ services, options, field: `suites[${index}]`, problems })
    if (suite !== null) suites.push(suite)
  }
  const skipped = new Set(plan.skip.map((pair) => JSON.stringify(pair)))
  const cells = columns.flatMap((column) =>
    suites
      .filter(({ record }) => !skipped.has(JSON.stringify([column.name, record.id])))
      .map((suite): PlanCell => ({ ...column, suite })),
  )
  if (cells.length === 0 && problems.length === 0) problems.push('skip: leaves nothing to run')
  const completed = plan.configurations.map(({ name, ...written }) => ({
    name,
    ...(columns.find((column) => column.name === name)?.configuration ?? written),
  }))
  return { plan: { ...plan, configurations: completed }, cells, problems }
}

type Column = Omit<PlanCell, 'suite'>

function checkConfigurations(options: {
  readonly services: PlanServices
  readonly plan: Plan
  readonly problems: string[]
}): Column[] {
  const { services, plan, problems } = options
  const columns: Column[] = []
  for (const [index, { name, ...written }] of plan.configurations.entries()) {
    const field = `configurations[${index}] ${JSON.stringify(name)}`
    const configuration = attempt({
      field,
      problems,
      work: () => completeConfiguration(services, written),
    })
    if (configuration === null) continue
    const model = findModel(services.db, configuration.modelId)
    problems.push(...modelProblems(model, configuration).map((text) => `${field}: ${text}`))
    const hash = configurations.hashConfiguration(configuration)
    const twin = columns.find((column) => column.hash === hash)
    if (twin !== undefined) {
      problems.push(
        `${field}: is the same as ${JSON.stringify(twin.name)}; a comparison of it says nothing`,
      )
    }
    columns.push({ name, configuration, hash, model })
  }
  return columns
}

function modelProblems(model: Model, configuration: Configuration): string[] {
  const { precision, provider, decoding } = configuration
  const problems = model.unsupported.map((reason) => `${model.id} cannot run here: ${reason}`)
  if (!model.isPresent) {
    problems.push(`${model.id}: expected its files at ${model.path}, found nothing; add it again`)
  }
  if (precision === 'float16' && provider === 'cpu') {
    problems.push('precision float16 needs a GPU; the CPU runs exact or fast')
  }
  if (model.contextLength !== null && decoding.maxNewTokens >= model.contextLength) {
    problems.push(
      `decoding.maxNewTokens: expected less than the context of ${model.contextLength} tokens, found ${decoding.maxNewTokens}`,
    )
  }
  return problems
}

async function checkSuite(options: {
  readonly services: PlanServices
  readonly options: PlanSuite
  readonly field: string
  readonly problems: string[]
}): Promise<CheckedSuite | null> {
  const { services, field, problems } = options
  const suiteOptions = options.options
  try {
    const record = findSuiteRecord(services.catalog, suiteOptions.id)
    const dataset = requireDataset(services, record.id)
    const selected = await services.suiteData.selected(dataset, suiteOptions)
    if (selected.length === 0) {
      problems.push(
        `${field} ${record.id}: the options leave no sample (only: ${suiteOptions.only})`,
      )
    }
    const scorers = suiteOptions.scorers ?? record.scorers
    problems.push(...scorers.flatMap((use) => scorerProblems({ services, use, field })))
    return { record, options: suiteOptions, scorers, dataset, sampleCount: selected.length }
  } catch (thrown) {
    problems.push(describe(field, thrown))
    return null
  }
}

function scorerProblems(options: {
  readonly services: PlanServices
  readonly use: ScorerUse
  readonly field: string
}): string[] {
  const { services, use, field } = options
  const records = services.catalog.scorerRecords()
  const record = records.find(({ id }) => id === use.id)
  if (record === undefined) {
    return [
      `${field}.scorers: no scorer ${JSON.stringify(use.id)}; there is ${records.map(({ id }) => id).join(', ')}`,
    ]
  }
  const variants = record.variants.map(({ id }) => id)
  return variants.includes(use.variant)
    ? []
    : [
        `${field}.scorers: ${use.id} has no variant ${JSON.stringify(use.variant)}; there is ${variants.join(', ')}`,
      ]
}

function repeated(field: string, names: readonly string[]): string[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [...twice].map((name) => `${field}: ${JSON.stringify(name)} is listed more than once`)
}

function unknownSkips({ skip, configurations: columns, suites }: Plan): string[] {
  return skip.flatMap(([name, suiteId], index) => [
    ...(columns.some((column) => column.name === name)
      ? []
      : [`skip[${index}]: no configuration ${JSON.stringify(name)} in this plan`]),
    ...(suites.some(({ id }) => id === suiteId)
      ? []
      : [`skip[${index}]: no suite ${JSON.stringify(suiteId)} in this plan`]),
  ])
}

function attempt<T>(options: {
  readonly field: string
  readonly problems: string[]
  readonly work: () => T
}): T | null {
  try {
    return options.work()
  } catch (thrown) {
    options.problems.push(describe(options.field, thrown))
    return null
  }
}

/** Only what we say ourselves is a problem of the plan; anything else is a fault and goes on up. */
function describe(field: string, thrown: unknown): string {
  if (!isActbenchError(thrown)) throw thrown
  return thrown.remedy === null
    ? `${field}: ${thrown.message}`
    : `${field}: ${thrown.message}. ${thrown.remedy}`
}
