/** A plan's configurations: sweeps and maps written out, completed, and checked one by one. */
import { type Configuration, scalesParam } from '#contract/configurations'
import type { Model } from '#contract/models'
import type { Plan } from '#contract/plans'
import { configurations } from '#db'
import { completeConfiguration } from './configurations.ts'
import { adapterProblems } from './adapters.ts'
import { findModel } from './models.ts'
import { keepTrainedScales, scalesProblems } from './trained-scales.ts'
import { attempt, columnProblems, type ColumnFinding } from './plan-problems.ts'
import type { Services } from './services.ts'

/** One configuration to be run. */
export interface PlanColumn {
  readonly name: string
  readonly configuration: Configuration
  readonly hash: string
  readonly model: Model
}

export interface CheckedColumns {
  readonly columns: readonly PlanColumn[]
  /** The written configurations with full model ids and all parameters; lists and maps stay as they were written. */
  readonly completed: Plan['configurations']
  /** Names of the columns by the name of the written configuration. */
  readonly namesOf: ReadonlyMap<string, readonly string[]>
}

/** Adds to `problems` what is wrong; columns are those without a problem of their own. */
export function checkColumns(options: {
  readonly services: Services
  readonly plan: Plan
  readonly problems: string[]
}): CheckedColumns {
  const { services, plan, problems } = options
  const expanded = attempt({
    field: '',
    problems,
    work: () => services.catalog.expandConfigurations(plan, layersOfModel(services)),
  })
  const columns: PlanColumn[] = []
  const ofWritten = new Map<number, PlanColumn[]>()
  const findings: ColumnFinding[] = []
  for (const { written, configuration } of expanded ?? []) {
    const { column, texts } = checkColumn({ services, configuration, columns })
    findings.push({ written, name: configuration.name, texts })
    if (column === null) continue
    columns.push(column)
    ofWritten.set(written, [...(ofWritten.get(written) ?? []), column])
  }
  problems.push(...columnProblems(plan, findings))
  return {
    columns,
    completed: plan.configurations.map((configuration, written) =>
      complete({ services, configuration, columns: ofWritten.get(written) ?? [] }),
    ),
    namesOf: new Map(
      plan.configurations.map(({ name }, written) => [
        name,
        (ofWritten.get(written) ?? []).map((column) => column.name),
      ]),
    ),
  }
}

/** For `expandPlan`: layers of a registered model by id, name or prefix. Throws `not-found`. */
export function layersOfModel({ db }: Services): (modelId: string) => number | null {
  return (modelId) => findModel(db, modelId).layers
}

function checkColumn(options: {
  readonly services: Services
  readonly configuration: Plan['configurations'][number]
  readonly columns: readonly PlanColumn[]
}): { readonly column: PlanColumn | null; readonly texts: readonly string[] } {
  const { services, columns } = options
  const { name, map: _map, ...rest } = options.configuration
  const texts: string[] = []
  const configuration = attempt({
    field: '',
    problems: texts,
    work: () => completeConfiguration(services, rest),
  })
  if (configuration === null) return { column: null, texts }
  const model = findModel(services.db, configuration.modelId)
  texts.push(
    ...modelProblems(model, configuration),
    ...decodingProblems(model, configuration),
    ...adapterProblems(services.db, configuration),
    ...calibrationProblems(services, configuration),
    ...scalesProblems(services, { configuration, model }),
  )
  const hash = configurations.hashConfiguration(configuration)
  const twin = columns.find((column) => column.hash === hash)
  if (twin !== undefined) {
    texts.push(`is the same as ${JSON.stringify(twin.name)}; a comparison of it says nothing`)
  }
  return { column: { name, configuration, hash, model }, texts }
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

/** What this kind of model never does: a figure must not be said to come from it, nor the same computation have two names. */
function decodingProblems({ id, task }: Model, { decoding }: Configuration): string[] {
  const isTextToText = task === 'text-to-text'
  const problems: string[] = []
  if (decoding.beams !== undefined && !isTextToText) {
    problems.push(`decoding.beams: only text-to-text models have beams; ${id} is none`)
  }
  if (decoding.temperature > 0 && (isTextToText || task === 'nlu')) {
    const does = isTextToText ? 'writes greedily or with beams' : 'writes nothing'
    problems.push(`decoding.temperature: expected 0, found ${decoding.temperature}; ${id} ${does}`)
  }
  return problems
}

/** A text that nothing reads would only give the same computation another name. */
function calibrationProblems({ catalog }: Services, configuration: Configuration): string[] {
  const { calibrationText, interventions } = configuration
  const records = catalog.interventionRecords()
  const isFitted = interventions.some(
    ({ id, params }) =>
      records.find((record) => record.id === id)?.needsCalibration === true &&
      // Trained scales take the place of what would be fitted.
      typeof params[scalesParam] !== 'string',
  )
  return calibrationText === undefined || isFitted
    ? []
    : ['calibrationText: no intervention of this configuration is fitted on a text']
}

/** As written, but complete: a repetition must not depend on the defaults of a later version. */
function complete(options: {
  readonly services: Services
  readonly configuration: Plan['configurations'][number]
  readonly columns: readonly PlanColumn[]
}): Plan['configurations'][number] {
  const { services, configuration, columns } = options
  const [first] = columns
  if (first === undefined) return configuration
  const { name, map } = configuration
  if (map === undefined && first.name === name) return { name, ...first.configuration }
  const records = services.catalog.interventionRecords()
  return {
    ...configuration,
    ...first.configuration,
    name,
    interventions: keepTrainedScales(services, configuration.interventions).map(
      ({ id, params }) => ({
        id,
        params: { ...records.find((record) => record.id === id)?.defaults, ...params },
      }),
    ),
  }
}
