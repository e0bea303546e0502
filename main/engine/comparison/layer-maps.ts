/** Columns that differ only in the layer (and kind of input) on which they act: a map. Read from the configurations. */
import { canonicalJson } from '#contract/canonical'
import type { Configuration, InterventionRecord, InterventionUse } from '#contract/configurations'
import type { ComparisonMap } from '#contract/comparisons'
import type { Json } from '#contract/json'
import { completeColumns, recordsById, stemOf, type AxisColumn, type Records } from './axes.ts'

interface Place {
  readonly column: number
  readonly layer: number
  readonly input: string | null
}

/** Maps of two or more layers or kinds of input, and the column of all layers where there is one. */
export function findMaps(given: readonly AxisColumn[]): ComparisonMap[] {
  const records = recordsById()
  const columns = completeColumns(given, records)
  const groups = new Map<string, Place[]>()
  const everywhere = new Map<string, number>()
  columns.forEach(({ configuration }, column) => {
    const place = placeOf(configuration, records)
    if (place === null) return
    const { key, layer, input } = place
    if (layer === null) everywhere.set(JSON.stringify([key, input]), column)
    else groups.set(key, [...(groups.get(key) ?? []), { column, layer, input }])
  })
  return [...groups.entries()]
    .filter(([, cells]) => cells.length >= 2)
    .map(([key, cells]) => ({
      title: mapTitle(cells, { columns, records }),
      interventionId: columns[cells[0].column].configuration.interventions[0].id,
      cells,
      allLayers: everywhere.get(JSON.stringify([key, sharedInput(cells)])) ?? null,
    }))
}

/** The one kind of input of all cells; null when the map takes several apart or none. */
function sharedInput(cells: readonly Place[]): string | null {
  const inputs = new Set(cells.map(({ input }) => input))
  const [only = null] = inputs
  return inputs.size === 1 ? only : null
}

/** Where the interventions act, if that is one layer or all of them, and a key of everything else. Null otherwise. */
function placeOf(
  configuration: Configuration,
  records: Records,
): { key: string; layer: number | null; input: string | null } | null {
  const { interventions, ...rest } = configuration
  if (interventions.length === 0) return null
  const places = interventions.map((use) => placeOfUse(use, records.get(use.id)))
  const [first] = places
  if (first === null) return null
  const isShared = places.every(
    (place) => place !== null && place.layer === first.layer && place.input === first.input,
  )
  if (!isShared) return null
  const others = places.map((place) => place?.others ?? {})
  const key = canonicalJson({ ...rest, ids: interventions.map(({ id }) => id), others })
  return { key, layer: first.layer, input: first.input }
}

function placeOfUse(
  { params }: InterventionUse,
  record: InterventionRecord | undefined,
): { layer: number | null; input: string | null; others: Record<string, Json> } | null {
  const { fromLayer, toLayer, ...rest } = params
  if (typeof fromLayer !== 'number' || toLayer === undefined) return null
  const isOne = toLayer === fromLayer
  if (!isOne && (fromLayer !== 0 || toLayer !== null)) return null
  const layer = isOne ? fromLayer : null
  const param = ['inputs', 'sites', 'site'].find((name) => rest[name] !== undefined)
  const value = param === undefined ? null : rest[param]
  const single = Array.isArray(value) && value.length === 1 ? value[0] : value
  const defaults = param === undefined ? null : (record?.defaults[param] ?? null)
  const isDefault = canonicalJson(value) === canonicalJson(defaults)
  if (param === undefined || (typeof single !== 'string' && !isDefault)) {
    return { layer, input: null, others: rest }
  }
  const { [param]: _input, ...others } = rest
  // A default of one kind of input is not a choice that anybody made.
  return { layer, input: typeof single === 'string' && !isDefault ? single : null, others }
}

function mapTitle(
  cells: readonly Place[],
  { columns, records }: { readonly columns: readonly AxisColumn[]; readonly records: Records },
): string {
  const stem = stemOf(
    cells.map(({ column }) => columns[column].name.replace(/ @\d+.*$/, ' @x')),
    ' @',
  )
  if (stem !== null && stem !== '') return stem
  return columns[cells[0].column].configuration.interventions
    .map(({ id }) => records.get(id)?.title ?? id)
    .join(' + ')
}
