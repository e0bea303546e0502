/** Columns that differ in one number of one intervention: a sweep. Read from the configurations, so that runs join too. */
import { canonicalJson } from '#contract/canonical'
import type { Configuration, InterventionUse } from '#contract/configurations'
import type { ComparisonSweep } from '#contract/comparisons'
import type { Json } from '#contract/json'
import { hasStrengthByLayer } from '../interventions/layers.ts'
import { paramFacts } from '../interventions/param-facts.ts'
import { completeColumns, recordsById, stemOf, type AxisColumn, type Records } from './axes.ts'

/** Numbers that are no strength: a choice of layers, and chance. */
const notSwept = ['fromLayer', 'toLayer', 'seed']
/** Parameters whose values say how much of the model stays exact: a larger one is a weaker change. */
const fallingParams = ['bits', 'fractionBits', 'expSquarings']

/** A larger value of it is a weaker change. */
export function isFalling(param: string): boolean {
  return fallingParams.includes(param)
}

interface SweepPoint {
  readonly column: number
  readonly strength: number
  readonly use: number
  readonly param: string
}

/**
 * Curves of two or more columns, those over an intervention's own strength first. The column without the intervention
 * stands at zero where the strength begins at zero. Points are in order of rising strength: falling bits. Cells of a map
 * are left out: a curve for each layer is the map over again.
 */
export function findSweeps(
  given: readonly AxisColumn[],
  mapped: ReadonlySet<number>,
): ComparisonSweep[] {
  const records = recordsById()
  const columns = completeColumns(given, records)
  const groups = new Map<string, SweepPoint[]>()
  columns.forEach(({ configuration }, column) => {
    if (mapped.has(column)) return
    configuration.interventions.forEach(({ id, params }, use) => {
      for (const [param, value] of Object.entries(params)) {
        if (typeof value !== 'number' || notSwept.includes(param)) continue
        const key = canonicalJson([id, use, param, without(configuration, { use, param })])
        groups.set(key, [...(groups.get(key) ?? []), { column, strength: value, use, param }])
      }
    })
  })
  return [...groups.values()]
    .filter((points) => points.length >= 2)
    .map((points) => sweepOf({ points, columns, records }))
    .sort((a, b) => Number(b.isStrength) - Number(a.isStrength))
    .map(({ isStrength: _isStrength, ...sweep }) => sweep)
}

function without(
  { interventions, ...rest }: Configuration,
  { use, param }: { readonly use: number; readonly param: string },
): Json {
  const left = interventions.map(({ id, params }, index): InterventionUse => {
    if (index !== use) return { id, params }
    const { [param]: _value, ...others } = params
    return { id, params: others }
  })
  return { ...rest, interventions: left } as unknown as Json
}

function sweepOf(input: {
  readonly points: readonly SweepPoint[]
  readonly columns: readonly AxisColumn[]
  readonly records: Records
}): ComparisonSweep & { readonly isStrength: boolean } {
  const { points, columns, records } = input
  const [first] = points
  const { use, param } = first
  const { configuration } = columns[first.column]
  const { id, params } = configuration.interventions[use]
  const record = records.get(id)
  const isStrength = record?.strengthParam === param
  const beginsAtZero =
    record !== undefined && isStrength && paramFacts(record, param)?.beginsAtZero === true
  const isNothingAtZero = beginsAtZero && !hasStrengthByLayer(params)
  const zero = isNothingAtZero ? columnWithout({ configuration, use, columns }) : -1
  const all = points.map(({ column, strength }) => ({ column, strength }))
  if (zero >= 0 && all.every(({ strength }) => strength !== 0)) {
    all.push({ column: zero, strength: 0 })
  }
  const sign = isFalling(param) ? -1 : 1
  return {
    title: `${
      stemOf(
        points.map(({ column }) => columns[column].name),
        ` ${param}=`,
      ) ??
      record?.title ??
      id
    }: ${param}`,
    interventionId: id,
    param,
    points: all.sort((a, b) => sign * (a.strength - b.strength)),
    isStrength,
  }
}

/** The column that has everything but this intervention; -1 when there is none. */
function columnWithout(input: {
  readonly configuration: Configuration
  readonly use: number
  readonly columns: readonly AxisColumn[]
}): number {
  const { configuration, use, columns } = input
  const key = canonicalJson({
    ...configuration,
    interventions: configuration.interventions.filter((_, index) => index !== use),
  })
  return columns.findIndex((column) => canonicalJson(column.configuration) === key)
}
