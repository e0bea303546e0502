import { useState, type ReactNode } from 'react'
import type { Comparison, Estimate } from '#contract/comparisons'
import { Lines } from '../../charts/lines.tsx'
import { MetricBars } from '../../charts/metric-bars.tsx'
import { Plane, type PlanePoint, type Span } from '../../charts/plane.tsx'
import { scaleOf, suffixOf } from '../../format/numbers.ts'
import { seriesOfLetter } from '../../format/series.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { focusOf, type ComparisonRow } from './compare-address.ts'
import { MarginHistogram } from './margin-histogram.tsx'
import { RowChoice } from './row-choice.tsx'

/** The plane of safety when both rates were measured, one metric as bars, and where in the model the error grows. */
export function Charts({ comparison }: { comparison: Comparison }): ReactNode {
  const attack = comparison.rows.filter((row) => row.metric.name === 'attack_success')
  const refusal = comparison.rows.filter((row) => row.metric.name === 'over_refusal')
  return (
    <div className="columns-2">
      {attack.length > 0 && refusal.length > 0 && (
        <SafetyPlane comparison={comparison} attack={attack} refusal={refusal} />
      )}
      {comparison.rows.length > 0 && <OneMetric comparison={comparison} />}
      <LayerErrors comparison={comparison} />
      <MarginHistogram comparison={comparison} />
    </div>
  )
}

function SafetyPlane({
  comparison,
  attack,
  refusal,
}: {
  comparison: Comparison
  attack: readonly ComparisonRow[]
  refusal: readonly ComparisonRow[]
}): ReactNode {
  const showSamples = useShowSamples()
  const y = attack[0]
  // The same judge on both axes where it judged both.
  const x = refusal.find((row) => row.judge === y?.judge) ?? refusal[0]
  if (x === undefined || y === undefined) return null
  const points = comparison.columns.flatMap<PlanePoint>((column, index) => {
    const [across, up] = [spanOf(x, index), spanOf(y, index)]
    if (across === null || up === null) return []
    return [{ name: column.name, series: seriesOfLetter(column.letter), x: across, y: up }]
  })
  if (points.length === 0) return null
  return (
    <Plane
      title="Attack success against over-refusal"
      xTitle={`over-refusal on ${x.suiteTitle}, %`}
      yTitle={`attack success on ${y.suiteTitle}, %`}
      points={points}
      onPick={() => showSamples(y)}
      note={`${y.judge}. Bars are 95% intervals; arrows lead from A. Down and left is better.`}
    />
  )
}

/** Points the samples at a row's judge and brings them into sight. */
function useShowSamples(): (row: ComparisonRow) => void {
  const [, setFocus] = useAddressValue('focus')
  return (row) => {
    setFocus(focusOf(row))
    document.getElementById('samples')?.scrollIntoView({ block: 'start' })
  }
}

function spanOf(row: ComparisonRow, index: number): Span | null {
  const estimate = row.cells[index]?.estimate
  if (estimate == null) return null
  const { value, low, high, n } = estimate
  if (value === null || low === null || high === null) return null
  const scale = scaleOf(row.metric.unit)
  return { value: value * scale, low: low * scale, high: high * scale, n }
}

function OneMetric({ comparison }: { comparison: Comparison }): ReactNode {
  const [chosen, setChosen] = useState<string | null>(null)
  const showSamples = useShowSamples()
  const row =
    comparison.rows.find((candidate) => focusOf(candidate) === chosen) ?? comparison.rows[0]
  if (row === undefined) return null
  const scale = scaleOf(row.metric.unit)
  const scaled = (value: number | null) => (value === null ? null : value * scale)
  const bars = comparison.columns.flatMap((column, index) => {
    const estimate: Estimate | undefined = row.cells[index]?.estimate
    if (estimate?.value == null) return []
    return [
      {
        name: column.name,
        series: seriesOfLetter(column.letter),
        value: estimate.value * scale,
        low: scaled(estimate.low),
        high: scaled(estimate.high),
        n: estimate.n,
      },
    ]
  })
  return (
    <MetricBars
      title={`${row.metric.title} on ${row.suiteTitle}`}
      unit={suffixOf(row.metric.unit).trim() || row.metric.title.toLocaleLowerCase()}
      bars={bars}
      note={`${row.judge}. Bars start at zero and carry their 95% intervals.`}
      tools={
        <RowChoice rows={comparison.rows} row={row} label="Shown as bars" onChoose={setChosen} />
      }
      onPick={() => showSamples(row)}
    />
  )
}

function LayerErrors({ comparison }: { comparison: Comparison }): ReactNode {
  const lines = comparison.columns.flatMap((column) =>
    column.passport === null || column.passport.relativeErrorByLayer.length === 0
      ? []
      : [
          {
            name: column.name,
            series: seriesOfLetter(column.letter),
            values: column.passport.relativeErrorByLayer,
          },
        ],
  )
  const layers = Math.max(0, ...lines.map(({ values }) => values.length))
  if (lines.length === 0) return null
  return (
    <Lines
      title="Where in the model: relative error by layer"
      xTitle="layer"
      yTitle="|x′ − x| / |x|"
      labels={Array.from({ length: layers }, (_, layer) => String(layer))}
      lines={lines}
      note="Of the residual stream after each block, on the passport’s probe text, teacher forced."
      height={260}
    />
  )
}
