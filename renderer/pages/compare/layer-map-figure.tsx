import { useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import type { Comparison, ComparisonMap, Difference } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import { Heat, type HeatCell } from '../../charts/heat.tsx'
import { Button } from '../../components/button.tsx'
import {
  differenceVerdict,
  formatDifference,
  formatEstimate,
  formatSmall,
  isShare,
  scaleOf,
  signed,
} from '../../format/numbers.ts'
import { keepDraft } from '../new-evaluation/kept-draft.ts'
import { focusOf, type ComparisonRow } from './compare-address.ts'
import {
  gridOf,
  harmOf,
  isWithinNoise,
  planWithout,
  sensitiveLayers,
  type LayerCell,
  type LayerGrid,
} from './layer-map.ts'
import { RowChoice } from './row-choice.tsx'
import { useShowColumn } from './use-show-column.ts'

/** Where in the model a change does its harm, layer by layer. */
export function LayerMaps({ comparison }: { comparison: Comparison }): ReactNode {
  return comparison.maps.map((map, index) => (
    <LayerMapFigure key={index} comparison={comparison} map={map} />
  ))
}

const order = ['attack_success', 'refusal_margin', 'over_refusal', 'perplexity']

/** Metrics worth a map first, then whatever else was measured. */
function mapRows({ rows }: Comparison): ComparisonRow[] {
  const rank = ({ metric }: ComparisonRow) => {
    const place = order.indexOf(metric.name)
    return place === -1 ? order.length : place
  }
  return [...rows].sort((a, b) => rank(a) - rank(b))
}

function LayerMapFigure({
  comparison,
  map,
}: {
  comparison: Comparison
  map: ComparisonMap
}): ReactNode {
  const show = useShowColumn(comparison)
  const [chosen, setChosen] = useState<string | null>(null)
  const rows = mapRows(comparison)
  const row = rows.find((candidate) => focusOf(candidate) === chosen) ?? rows[0]
  if (row === undefined) return null
  const grid = gridOf(map, row)
  const whole = map.allLayers === null ? null : row.cells[map.allLayers]
  const wholeText =
    whole?.difference == null
      ? ''
      : ` On all layers at once: ${sentenceOf(whole.difference, row.metric)}.`
  return (
    <section className="stack" aria-label={`Layer map: ${map.title}`}>
      <Heat
        title={`${map.title}: ${row.metric.title.toLocaleLowerCase()} by layer`}
        rowTitle="Input"
        columnTitle="layer"
        columns={grid.layers.map(String)}
        rows={grid.rows.map(({ input, cells }) => ({
          title: input ?? 'all inputs',
          cells: heatCells(cells, grid, row.metric),
        }))}
        note={`${row.suiteTitle}; ${row.judge}. Difference to the baseline${unitText(row.metric)}. Orange is worse, blue is better; grey: the 95% interval covers zero.${wholeText} A cell leads to its samples.`}
        tools={<RowChoice rows={rows} row={row} onChoose={setChosen} />}
        onOpen={(gridRow, column) => {
          const cell = grid.rows[gridRow]?.cells[column]
          if (cell != null) show(row, cell.column)
        }}
      />
      <LeaveOut comparison={comparison} map={map} grid={grid} row={row} />
    </section>
  )
}

function unitText({ unit }: MetricRecord): string {
  if (isShare(unit)) return ' in points'
  return unit === 'nats' ? ' in nats' : ''
}

function sentenceOf(difference: Difference, { unit }: MetricRecord): string {
  const { value, interval } = formatDifference(difference, unit)
  return `${value} ${interval}, ${differenceVerdict(difference, unit)}`
}

function heatCells(
  cells: readonly (LayerCell | null)[],
  grid: LayerGrid,
  metric: MetricRecord,
): (HeatCell | null)[] {
  const sizes = grid.rows
    .flatMap((row) => row.cells)
    .flatMap((cell) => (cell?.difference == null ? [] : Math.abs(cell.difference.value)))
  const largest = Math.max(Number.MIN_VALUE, ...sizes)
  return cells.map((cell) => (cell === null ? null : heatCell(cell, metric, largest)))
}

function heatCell(cell: LayerCell, metric: MetricRecord, largest: number): HeatCell | null {
  const { estimate, difference } = cell
  if (estimate === null || difference === null) return null
  const scale = scaleOf(metric.unit)
  return {
    text: cellText(difference.value * scale, isShare(metric.unit) ? null : largest * scale),
    title: `${formatEstimate(estimate, metric.unit).value}, ${sentenceOf(difference, metric)}`,
    intensity: isWithinNoise(difference) ? null : harmOf(difference.value, metric.better) / largest,
  }
}

/** From here on digits do not fit a cell. */
const longest = 10_000

/** Rates in whole points; others with as many decimals for all cells as the largest one earns. */
function cellText(value: number, largest: number | null): string {
  if (largest === null) return signed(value, 0)
  if (Math.abs(value) >= longest) return (value > 0 ? '+' : '') + formatSmall(value)
  return signed(value, Math.min(3, Math.max(0, 1 - Math.floor(Math.log10(largest)))))
}

const proposedLayers = 3

/** From the map to its use: the same change without the layers that it harms most. */
function LeaveOut({
  comparison,
  map,
  grid,
  row,
}: {
  comparison: Comparison
  map: ComparisonMap
  grid: LayerGrid
  row: ComparisonRow
}): ReactNode {
  const navigate = useNavigate()
  const sensitive = sensitiveLayers(grid, row.metric.better)
  const [wanted, setWanted] = useState(proposedLayers)
  const baseline = comparison.columns.find(({ isBaseline }) => isBaseline)
  const mapped = comparison.columns[map.allLayers ?? map.cells[0]?.column ?? -1]
  if (baseline === undefined || mapped === undefined) return null
  if (sensitive.length === 0) {
    return (
      <p className="soft">
        No single layer’s change of {row.metric.title.toLocaleLowerCase()} is beyond the noise.
      </p>
    )
  }
  const count = Math.min(wanted, sensitive.length)
  const layers = sensitive.slice(0, count)
  const draft = () => {
    keepDraft(
      planWithout({
        baseline,
        mapped,
        layers,
        inputs: grid.rows.flatMap(({ input }) => input ?? []),
        suites: comparison.suites.flatMap(({ plan }) => plan ?? []),
      }),
    )
    void navigate('/new')
  }
  return (
    <div className="line">
      <label className="line">
        Most sensitive layers
        <input
          className="input numeric"
          style={{ width: 64 }}
          type="number"
          min={1}
          max={sensitive.length}
          value={count}
          onChange={(event) => {
            const next = event.target.valueAsNumber
            if (Number.isInteger(next) && next > 0) setWanted(next)
          }}
        />
      </label>
      <Button onClick={draft}>
        {count === 1
          ? 'Leave out the most sensitive layer'
          : `Leave out the ${count} most sensitive layers`}
      </Button>
      <span className="soft small">
        {layers.join(', ')}. Makes a plan that compares the change with and without them.
      </span>
    </div>
  )
}
