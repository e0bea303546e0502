/**
 * Writes a plan's sweeps and maps out as single configurations. A list in place of a number or a word is an axis, several
 * axes multiply, and a map makes one configuration of each layer. Pure: the same plan gives the same names for ever, since
 * a search that goes on later finds its columns by them.
 */
import { canonicalJson } from '#contract/canonical'
import type { InterventionRecord, InterventionUse } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import type { Json } from '#contract/json'
import type { Plan } from '#contract/plans'
import { mapPlaces } from './expand-map.ts'
import { hasStrengthByLayer } from './interventions/layers.ts'
import { paramFacts } from './interventions/param-facts.ts'
import { interventionRecords } from './interventions/records.ts'

export type PlanConfiguration = Plan['configurations'][number]

/** Number of layers of a model; null when it is not known. */
export type ModelLayers = (modelId: string) => number | null

/** The same limit as a plan has for what is written in it. */
const mostConfigurations = 512

/** A parameter of one intervention that is to take several values. */
export interface Axis {
  /** Place among the interventions. */
  readonly use: number
  readonly param: string
  readonly values: readonly Json[]
}

export interface ExpandedConfiguration {
  /** Place in the written plan. */
  readonly written: number
  readonly configuration: PlanConfiguration
}

/**
 * The plan with single configurations only; skipped cells of a swept configuration become those of all its points. Names:
 * `NAME sparsity=0.3`, `NAME @3`, `NAME @3 down`. A strength of zero in a list that equals the baseline is left out: the
 * baseline stands for it. Throws `invalid-input` naming configuration and parameter.
 */
export function expandPlan(plan: Plan, modelLayers: ModelLayers): Plan {
  const expanded = expandConfigurations(plan, modelLayers)
  const namesOf = Map.groupBy(expanded, ({ written }) => plan.configurations[written]?.name ?? '')
  return {
    ...plan,
    configurations: expanded.map(({ configuration }) => configuration),
    skip: plan.skip.flatMap(([name, suite]): [string, string][] => {
      const points = namesOf.get(name)
      return points === undefined
        ? [[name, suite]]
        : points.map(({ configuration }) => [configuration.name, suite])
    }),
  }
}

/** The configurations alone, each with its place in the written plan. Throws as `expandPlan` does. */
export function expandConfigurations(
  plan: Plan,
  modelLayers: ModelLayers,
): ExpandedConfiguration[] {
  const records = new Map(interventionRecords().map((record) => [record.id, record]))
  const baseline = plan.configurations[0]
  const expanded = plan.configurations.flatMap((configuration, written) => {
    const field = `configurations[${written}] ${JSON.stringify(configuration.name)}`
    const points = axisPoints({ configuration, records, field })
    // What a person wrote out by itself is a control, and runs.
    const isSwept = written > 0 && points.length > 1
    return points
      .filter((point) => !isSwept || !isBaseline({ point, baseline, records }))
      .flatMap((point) => mapPlaces({ configuration: point, records, modelLayers, field }))
      .map((single) => ({ written, configuration: single }))
  })
  if (expanded.length <= mostConfigurations) return expanded
  throw new ActbenchError({
    code: 'invalid-input',
    message: `configurations: expected at most ${mostConfigurations} after sweeps and maps are written out, found ${expanded.length}`,
    remedy: 'Use fewer values, or map fewer layers with fromLayer and toLayer.',
  })
}

/** Parameters of a configuration that hold several values. */
export function axesOf(
  interventions: readonly InterventionUse[],
  records: ReadonlyMap<string, InterventionRecord> = new Map(
    interventionRecords().map((record) => [record.id, record]),
  ),
): Axis[] {
  return interventions.flatMap(({ id, params }, use) => {
    const record = records.get(id)
    if (record === undefined) return []
    return Object.entries(params).flatMap(([param, value]): Axis[] => {
      const facts = paramFacts(record, param)
      if (facts === null || !Array.isArray(value)) return []
      // A list of lists, where one list is a value: several values again.
      const isAxis = facts.acceptsList
        ? value.length > 0 && value.every((item) => Array.isArray(item))
        : true
      return isAxis ? [{ use, param, values: value }] : []
    })
  })
}

type Records = ReadonlyMap<string, InterventionRecord>

/** Every combination of the axes' values; the last axis varies fastest. */
function axisPoints(input: {
  readonly configuration: PlanConfiguration
  readonly records: Records
  readonly field: string
}): PlanConfiguration[] {
  const { configuration, records, field } = input
  const axes = axesOf(configuration.interventions, records)
  for (const axis of axes) requireValues({ axis, configuration, field })
  return axes.reduce<PlanConfiguration[]>(
    (points, axis) =>
      points.flatMap((point) =>
        axis.values.map((value) => ({
          ...point,
          name: `${point.name} ${axisLabel(axis, { axes, configuration })}=${valueText(value)}`,
          interventions: point.interventions.map((use, index) =>
            index === axis.use ? { ...use, params: { ...use.params, [axis.param]: value } } : use,
          ),
        })),
      ),
    [configuration],
  )
}

function requireValues(input: {
  readonly axis: Axis
  readonly configuration: PlanConfiguration
  readonly field: string
}): void {
  const { axis, configuration, field } = input
  const texts = axis.values.map(valueText)
  const twice = texts.find((text, index) => texts.indexOf(text) !== index)
  if (texts.length > 0 && twice === undefined) return
  const id = configuration.interventions[axis.use]?.id ?? ''
  throw new ActbenchError({
    code: 'invalid-input',
    message: `${field}: ${id}.${axis.param}: ${
      twice === undefined
        ? 'expected at least one value, found an empty list'
        : `${twice} is listed more than once`
    }`,
    remedy: 'Write each value once, or a single value without brackets.',
  })
}

/** The parameter's name; with the intervention's before it where two of them have an axis of that name. */
function axisLabel(
  axis: Axis,
  { axes, configuration }: { axes: readonly Axis[]; configuration: PlanConfiguration },
): string {
  const isShared = axes.some((other) => other !== axis && other.param === axis.param)
  return isShared ? `${configuration.interventions[axis.use]?.id ?? ''}.${axis.param}` : axis.param
}

function valueText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** At strength zero an intervention leaves the model as it was: what is left is the baseline, which is run anyway. */
function isBaseline(input: {
  readonly point: PlanConfiguration
  readonly baseline: PlanConfiguration | undefined
  readonly records: Records
}): boolean {
  const { point, baseline, records } = input
  if (baseline === undefined) return false
  const acting = point.interventions.filter(({ id, params }) => {
    const record = records.get(id)
    const strength = record?.strengthParam ?? null
    if (record === undefined || strength === null || hasStrengthByLayer(params)) return true
    return params[strength] !== 0 || paramFacts(record, strength)?.beginsAtZero !== true
  })
  if (acting.length === point.interventions.length) return false
  return identity({ ...point, interventions: acting }) === identity(baseline)
}

function identity({ name: _name, map: _map, ...rest }: PlanConfiguration): string {
  return canonicalJson(rest)
}
