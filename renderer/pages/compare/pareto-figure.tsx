import { useState, type ReactNode } from 'react'
import type { Comparison, ComparisonSweep } from '#contract/comparisons'
import { ParetoPlane, type ParetoMark } from '../../charts/pareto-plane.tsx'
import { spelledOut } from '../../components/params-schema.ts'
import { formatNumber, suffixOf } from '../../format/numbers.ts'
import { seriesOfLetter } from '../../format/series.ts'
import { harmOf } from './layer-map.ts'
import { focusOf, type ComparisonRow } from './compare-address.ts'
import { dominated } from './pareto.ts'
import { RowChoice } from './row-choice.tsx'
import {
  fromMildest,
  safetyRows,
  scaledEstimate,
  utilityRows,
  type CurvePoint,
} from './sweep-curves.ts'
import { useShowColumn } from './use-show-column.ts'

/** What the size of a mark says: how much is approximated away, or what this machine measured. */
type Cost = 'strength' | 'speed'

type Reading = Omit<CurvePoint, 'column' | 'strength'>

interface Candidate {
  readonly column: number
  readonly x: Reading
  readonly y: Reading
  readonly saving: number | null
  readonly scale: string | null
  readonly costText: string
}

/** Safety against utility and cost, over all columns that are no part of a layer map. */
export function ParetoFigure({ comparison }: { comparison: Comparison }): ReactNode {
  const show = useShowColumn(comparison)
  const [chosenSafety, setSafety] = useState<string | null>(null)
  const [chosenUtility, setUtility] = useState<string | null>(null)
  const [cost, setCost] = useState<Cost>('strength')
  const safety = safetyRows(comparison)
  const utility = utilityRows(comparison)
  const y = safety.find((row) => focusOf(row) === chosenSafety) ?? safety[0]
  const x = utility.find((row) => focusOf(row) === chosenUtility) ?? utility[0]
  if (x === undefined || y === undefined) return null
  const candidates = candidatesOf({ comparison, x, y, cost })
  if (candidates.length < 3) return null
  const isDominated = dominated(
    candidates.map((candidate) => ({
      harm: candidate.y.value,
      loss: harmOf(candidate.x.value, x.metric.better),
      saving: candidate.saving,
      scale: candidate.scale,
    })),
  )
  const most = Math.max(...candidates.map(({ saving }) => saving ?? 0), Number.MIN_VALUE)
  const marks = candidates.map<ParetoMark>((candidate, index) => ({
    name: comparison.columns[candidate.column]?.name ?? '',
    series: seriesOfLetter(comparison.columns[candidate.column]?.letter ?? 'A'),
    x: spanOf(candidate.x),
    y: spanOf(candidate.y),
    costText: candidate.costText,
    saved: candidate.saving === null ? null : candidate.saving / most,
    isDominated: isDominated[index] ?? false,
  }))
  const xUnit = suffixOf(x.metric.unit).trim()
  return (
    <ParetoPlane
      title="What safety costs in utility: the Pareto front"
      xTitle={`${x.metric.title.toLocaleLowerCase()} on ${x.suiteTitle}${xUnit === '' ? '' : `, ${xUnit}`}`}
      yTitle={`${y.metric.title.toLocaleLowerCase()} on ${y.suiteTitle}, %`}
      marks={marks}
      note={`${y.judge}. Low and ${x.metric.better === 'higher' ? 'right' : 'left'} is better; a larger mark saves more. Faded: another configuration is no worse in safety, utility and ${cost === 'strength' ? 'strength of the same sweep' : 'measured speed'}, and better in one; compared by values, intervals may overlap.`}
      tools={
        <>
          <RowChoice rows={safety} row={y} label="Safety" onChoose={setSafety} />
          <RowChoice rows={utility} row={x} label="Utility" onChoose={setUtility} />
          <select
            className="select"
            aria-label="Cost"
            value={cost}
            onChange={(event) => setCost(event.target.value as Cost)}
          >
            <option value="strength">cost: strength</option>
            <option value="speed">cost: tokens a second, here</option>
          </select>
        </>
      }
      onPick={(index) => show(y, candidates[index]?.column ?? null)}
    />
  )
}

function candidatesOf({
  comparison,
  x,
  y,
  cost,
}: {
  comparison: Comparison
  x: ComparisonRow
  y: ComparisonRow
  cost: Cost
}): Candidate[] {
  const mapped = new Set(comparison.maps.flatMap(({ cells }) => cells.map(({ column }) => column)))
  const speeds = comparison.suites.find(({ id }) => id === y.suiteId)?.tokensPerSecond ?? []
  return comparison.columns.flatMap((column, index) => {
    const [across, up] = [scaledEstimate(x, index), scaledEstimate(y, index)]
    if (mapped.has(index) || across === null || up === null) return []
    const saved =
      cost === 'speed'
        ? speedOf(speeds[index] ?? null)
        : strengthOf(comparison.sweeps, index, column.isBaseline)
    return [{ column: index, x: across, y: up, ...saved }]
  })
}

type Saving = Pick<Candidate, 'saving' | 'scale' | 'costText'>

function speedOf(tokensPerSecond: number | null): Saving {
  return {
    saving: tokensPerSecond,
    scale: 'tokens',
    costText: tokensPerSecond === null ? '' : `${formatNumber(tokensPerSecond, 1)} tokens/s`,
  }
}

/** The rank of the strength within the column's own sweep; the baseline saves nothing on any scale. */
function strengthOf(
  sweeps: readonly ComparisonSweep[],
  column: number,
  isBaseline: boolean,
): Saving {
  if (isBaseline) return { saving: 0, scale: null, costText: 'baseline' }
  for (const [index, sweep] of sweeps.entries()) {
    const points = fromMildest(sweep)
    const rank = points.findIndex((candidate) => candidate.column === column)
    if (rank === -1) continue
    return {
      saving: (rank + 1) / points.length,
      scale: String(index),
      costText: `${spelledOut(sweep.param).toLocaleLowerCase()} ${points[rank]?.strength ?? ''}`,
    }
  }
  return { saving: null, scale: null, costText: '' }
}

function spanOf({ value, low, high, n }: Reading) {
  return { value, low: low ?? value, high: high ?? value, n }
}
