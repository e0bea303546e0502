/** One configuration for each layer (and kind of input): the interventions act there alone. */
import type { InterventionRecord, InterventionUse } from '#contract/configurations'
import { ActbenchError, isActbenchError } from '#contract/errors'
import type { Json } from '#contract/json'
import type { Plan } from '#contract/plans'
import { paramFacts } from './interventions/param-facts.ts'

type PlanConfiguration = Plan['configurations'][number]

export interface MapInput {
  readonly configuration: PlanConfiguration
  readonly records: ReadonlyMap<string, InterventionRecord>
  readonly modelLayers: (modelId: string) => number | null
  /** How errors name the configuration. */
  readonly field: string
}

/** The configuration itself when it is no map. Throws `invalid-input` for a model or an intervention without layers. */
export function mapPlaces(input: MapInput): PlanConfiguration[] {
  const { map, ...configuration } = input.configuration
  if (map === undefined) return [configuration]
  const layers = layersOf(input)
  if (map === 'layer') return layers.map((layer) => atLayer(configuration, layer))
  const places = inputsOf(input)
  return layers.flatMap((layer) =>
    places.map((place) => ({
      ...atLayer(configuration, layer),
      name: `${configuration.name} @${layer} ${place}`,
      interventions: atLayer(configuration, layer).interventions.map((use) =>
        atInput({ use, place, records: input.records }),
      ),
    })),
  )
}

function atLayer(configuration: PlanConfiguration, layer: number): PlanConfiguration {
  return {
    ...configuration,
    name: `${configuration.name} @${layer}`,
    interventions: configuration.interventions.map(({ id, params }) => ({
      id,
      params: { ...params, fromLayer: layer, toLayer: layer },
    })),
  }
}

/** Layers that every intervention of the configuration is written for. */
function layersOf({ configuration, records, modelLayers, field }: MapInput): number[] {
  const { interventions, modelId } = configuration
  if (interventions.length === 0) throw noMap(field, 'there is no intervention to map')
  for (const { id } of interventions) {
    const record = records.get(id)
    if (record !== undefined && paramFacts(record, 'fromLayer') === null) {
      throw noMap(field, `${id} has no layers to choose from`)
    }
  }
  const count = layersOfModel({ modelId, modelLayers, field })
  if (count === null) throw noMap(field, `the number of layers of ${modelId} is not known`)
  const layers = Array.from({ length: count }, (_, layer) => layer).filter((layer) =>
    interventions.every(({ params }) => isWritten(layer, params)),
  )
  if (layers.length > 0) return layers
  throw noMap(field, `fromLayer, toLayer and exceptLayers leave none of the ${count} layers`)
}

/** Whoever knows the models does not know which configuration asks. */
function layersOfModel(input: {
  readonly modelId: string
  readonly modelLayers: MapInput['modelLayers']
  readonly field: string
}): number | null {
  const { modelId, modelLayers, field } = input
  try {
    return modelLayers(modelId)
  } catch (thrown) {
    if (!isActbenchError(thrown)) throw thrown
    const { code, message, remedy } = thrown
    throw new ActbenchError({
      code,
      message: `${field}: ${message}`,
      ...(remedy === null ? {} : { remedy }),
      cause: thrown,
    })
  }
}

function isWritten(layer: number, params: InterventionUse['params']): boolean {
  const { fromLayer = 0, toLayer = null, exceptLayers = [] } = params
  if (typeof fromLayer === 'number' && layer < fromLayer) return false
  if (typeof toLayer === 'number' && layer > toLayer) return false
  return !(Array.isArray(exceptLayers) && exceptLayers.includes(layer))
}

/** Parameters by which interventions choose what they act on within a layer; the first that a record has. */
const inputParams = ['inputs', 'sites', 'site'] as const

function inputParamOf(record: InterventionRecord | undefined): string | null {
  if (record === undefined) return null
  return inputParams.find((param) => (paramFacts(record, param)?.words.length ?? 0) > 0) ?? null
}

/** Kinds of input to map: those written, else all that the intervention may choose from by default. */
function inputsOf({ configuration, records, field }: MapInput): string[] {
  const lists = configuration.interventions.map(({ id, params }) => {
    const record = records.get(id)
    const param = inputParamOf(record)
    if (record === undefined || param === null) {
      throw noMap(field, `${id} has no kinds of input to choose from; use map: layer`)
    }
    const chosen = params[param] ?? record.defaults[param] ?? null
    return Array.isArray(chosen) ? words(chosen) : [...(paramFacts(record, param)?.words ?? [])]
  })
  const [first = []] = lists
  if (lists.every((list) => list.join() === first.join())) return first
  throw noMap(field, 'its interventions act on different kinds of input')
}

function words(values: readonly Json[]): string[] {
  return values.filter((value) => typeof value === 'string')
}

function atInput({
  use,
  place,
  records,
}: {
  readonly use: InterventionUse
  readonly place: string
  readonly records: MapInput['records']
}): InterventionUse {
  const record = records.get(use.id)
  const param = inputParamOf(record)
  if (record === undefined || param === null) return use
  const value = paramFacts(record, param)?.acceptsList === true ? [place] : place
  return { id: use.id, params: { ...use.params, [param]: value } }
}

function noMap(field: string, reason: string): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `${field}: map: ${reason}`,
    remedy: 'Leave `map` out, or map an intervention that can act on single layers.',
  })
}
