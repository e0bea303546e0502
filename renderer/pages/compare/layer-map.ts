/** A layer map as a grid, and which layers it finds most sensitive. */
import type { ComparisonColumn, ComparisonMap, Difference, Estimate } from '#contract/comparisons'
import type { Plan } from '#contract/plans'
import type { ComparisonRow } from './compare-address.ts'

export interface LayerCell {
  /** Index of a column. */
  readonly column: number
  readonly layer: number
  readonly input: string | null
  readonly estimate: Estimate | null
  /** Against the baseline. */
  readonly difference: Difference | null
}

export interface LayerGrid {
  readonly layers: readonly number[]
  /** Null where that cell was not run. */
  readonly rows: readonly {
    readonly input: string | null
    readonly cells: readonly (LayerCell | null)[]
  }[]
}

export function gridOf(map: ComparisonMap, row: ComparisonRow): LayerGrid {
  const layers = [...new Set(map.cells.map(({ layer }) => layer))].sort((a, b) => a - b)
  const inputs = [...new Set(map.cells.map(({ input }) => input))]
  return {
    layers,
    rows: inputs.map((input) => ({
      input,
      cells: layers.map((layer) => {
        const cell = map.cells.find(
          (candidate) => candidate.layer === layer && candidate.input === input,
        )
        return cell === undefined ? null : layerCell(cell, row)
      }),
    })),
  }
}

function layerCell(
  { column, layer, input }: ComparisonMap['cells'][number],
  row: ComparisonRow,
): LayerCell {
  const cell = row.cells[column]
  return {
    column,
    layer,
    input,
    estimate: cell?.estimate ?? null,
    difference: cell?.difference ?? null,
  }
}

/** Zero lies within the difference's interval: the layer may as well do nothing. */
export function isWithinNoise({ low, high }: Pick<Difference, 'low' | 'high'>): boolean {
  return low <= 0 && high >= 0
}

/** Positive where the change makes it worse, by the metric's own direction. */
export function harmOf(difference: number, better: 'lower' | 'higher' | 'neither'): number {
  return better === 'higher' ? -difference : difference
}

/**
 * Layers whose change does harm beyond its interval, the most harmful first. Where the inputs were mapped apart, a layer counts by
 * its worst one.
 */
export function sensitiveLayers(grid: LayerGrid, better: 'lower' | 'higher' | 'neither'): number[] {
  const worst = new Map<number, number>()
  for (const cell of grid.rows.flatMap(({ cells }) => cells)) {
    if (cell?.difference == null || isWithinNoise(cell.difference)) continue
    const harm = harmOf(cell.difference.value, better)
    if (harm > 0) worst.set(cell.layer, Math.max(worst.get(cell.layer) ?? 0, harm))
  }
  return [...worst.entries()].sort((a, b) => b[1] - a[1]).map(([layer]) => layer)
}

/** A plan that runs the intervention on all layers, and on all but the named ones, on the suites of this comparison. */
export function planWithout({
  baseline,
  mapped,
  layers,
  inputs,
  suites,
}: {
  readonly baseline: ComparisonColumn
  /** A column whose intervention is the mapped one; its own choice of layers is dropped. */
  readonly mapped: ComparisonColumn
  readonly layers: readonly number[]
  /** All kinds of input that the map took apart; empty when it took none. */
  readonly inputs: readonly string[]
  readonly suites: Plan['suites']
}): Plan {
  const excepted = [...layers].sort((a, b) => a - b)
  const rows = [
    { name: 'all layers', exceptLayers: [] as number[] },
    { name: `without layers ${excepted.join(', ')}`, exceptLayers: excepted },
  ]
  return {
    version: 1,
    name: `Without layers ${excepted.join(', ')}`,
    configurations: [
      { name: baseline.name, ...baseline.configuration },
      ...rows.map(({ name, exceptLayers }) => ({
        ...mapped.configuration,
        name: `${mapped.configuration.interventions.map(({ id }) => id).join(' + ')}, ${name}`,
        interventions: mapped.configuration.interventions.map(({ id, params }) => ({
          id,
          params: {
            ...params,
            ...(inputs.length > 0 && 'inputs' in params ? { inputs: [...inputs] } : {}),
            fromLayer: 0,
            toLayer: null,
            exceptLayers,
          },
        })),
      })),
    ],
    suites,
    skip: [],
    batchSize: null,
    threads: null,
  }
}
