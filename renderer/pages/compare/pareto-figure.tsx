import { useState, type ReactNode } from 'react'
import type { Comparison, ComparisonPareto } from '#contract/comparisons'
import { ParetoPlane, type ParetoMark } from '../../charts/pareto-plane.tsx'
import { suffixOf } from '../../format/numbers.ts'
import { seriesOfLetter } from '../../format/series.ts'
import { focusOf, type ComparisonRow } from './compare-address.ts'
import { frontOf, frontRows, savingText, shareSaved } from './pareto.ts'
import { RowChoice } from './row-choice.tsx'
import { scaledEstimate, type CurvePoint } from './sweep-curves.ts'
import { useShowColumn } from './use-show-column.ts'

/** What the size of a mark says: how much is approximated away, or what this machine measured. */
type SavingBy = ComparisonPareto['fronts'][number]['savingBy']

/** Safety against utility and cost, over all columns that are no part of a layer map. */
export function ParetoFigure({ comparison }: { comparison: Comparison }): ReactNode {
  const show = useShowColumn(comparison)
  const [chosenSafety, setSafety] = useState<string | null>(null)
  const [chosenUtility, setUtility] = useState<string | null>(null)
  const [savingBy, setSavingBy] = useState<SavingBy>('strength')
  const safety = frontRows(comparison, 'safety')
  const utility = frontRows(comparison, 'utility')
  const y = safety.find((row) => focusOf(row) === chosenSafety) ?? safety[0]
  const x = utility.find((row) => focusOf(row) === chosenUtility) ?? utility[0]
  if (x === undefined || y === undefined) return null
  const front = frontOf(comparison, { safety: y, utility: x, savingBy })
  if (front === null || front.points.length < 3) return null
  const xUnit = suffixOf(x.metric.unit).trim()
  return (
    <ParetoPlane
      title="What safety costs in utility: the Pareto front"
      xTitle={`${x.metric.title.toLocaleLowerCase()} on ${x.suiteTitle}${xUnit === '' ? '' : `, ${xUnit}`}`}
      yTitle={`${y.metric.title.toLocaleLowerCase()} on ${y.suiteTitle}, %`}
      marks={marksOf({ comparison, front, x, y })}
      note={`${y.judge}. Low and ${x.metric.better === 'higher' ? 'right' : 'left'} is better; a larger mark saves more. Faded: another configuration is no worse in safety, utility and ${savingBy === 'strength' ? 'strength of the same sweep' : 'measured speed'}, and better in one; compared by values, intervals may overlap.`}
      tools={
        <>
          <RowChoice rows={safety} row={y} label="Safety" onChoose={setSafety} />
          <RowChoice rows={utility} row={x} label="Utility" onChoose={setUtility} />
          <select
            className="select"
            aria-label="Cost"
            value={savingBy}
            onChange={(event) => setSavingBy(event.target.value as SavingBy)}
          >
            <option value="strength">cost: strength</option>
            <option value="speed">cost: tokens a second, here</option>
          </select>
        </>
      }
      onPick={(index) => show(y, front.points[index]?.column ?? null)}
    />
  )
}

function marksOf({
  comparison,
  front,
  x,
  y,
}: {
  comparison: Comparison
  front: ComparisonPareto['fronts'][number]
  x: ComparisonRow
  y: ComparisonRow
}): ParetoMark[] {
  return front.points.map((point) => {
    const column = comparison.columns[point.column]
    return {
      name: column?.name ?? '',
      series: seriesOfLetter(column?.letter ?? 'A'),
      x: spanOf(x, point.column),
      y: spanOf(y, point.column),
      costText: savingText(point),
      saved: shareSaved(point, front.points),
      isDominated: !point.isOnFront,
    }
  })
}

const nothing: Pick<CurvePoint, 'value' | 'low' | 'high' | 'n'> = {
  value: Number.NaN,
  low: null,
  high: null,
  n: 0,
}

/** A front has only columns whose two rows were measured. */
function spanOf(row: ComparisonRow, column: number) {
  const { value, low, high, n } = scaledEstimate(row, column) ?? nothing
  return { value, low: low ?? value, high: high ?? value, n }
}
