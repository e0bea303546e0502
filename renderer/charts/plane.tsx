import { useId, type ReactNode } from 'react'
import { useXAxisScale, useYAxisScale } from 'recharts'
import type { Series } from '../format/series.ts'
import { formatNumber } from '../format/numbers.ts'
import { Figure } from './figure.tsx'
import { Mark } from './mark.tsx'
import { ScatterFrame } from './scatter-frame.tsx'
import { percentAxis } from './strength-axis.ts'

export interface Span {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly n: number
}

export interface PlanePoint {
  readonly name: string
  readonly series: Series
  /** Percent. */
  readonly x: Span
  readonly y: Span
}

const height = 320

/** Two rates against each other, with intervals, and an arrow from the baseline (the first point) to each other one. */
export function Plane({
  title,
  xTitle,
  yTitle,
  points,
  note,
  onPick,
}: {
  title: string
  xTitle: string
  yTitle: string
  points: readonly PlanePoint[]
  note: string
  /** A click on a mark: the samples behind it. */
  onPick: () => void
}): ReactNode {
  const xAxis = percentAxis(points.map(({ x }) => x.high))
  const yAxis = percentAxis(points.map(({ y }) => y.high))
  const spanText = ({ value, low, high, n }: Span) =>
    `${formatNumber(value, 1)}% [${formatNumber(low, 1)}, ${formatNumber(high, 1)}], n ${n}`
  return (
    <Figure
      title={title}
      note={note}
      height={height}
      table={{
        columns: ['Configuration', xTitle, yTitle],
        rows: points.map(({ name, series, x, y }) => [
          `${series.letter} ${name}`,
          spanText(x),
          spanText(y),
        ]),
      }}
    >
      <ScatterFrame
        height={height}
        margin={{ top: 18, right: 26 }}
        x={{ title: xTitle, dataKey: 'x.value', domain: [0, xAxis.to], ticks: xAxis.ticks }}
        y={{ title: yTitle, dataKey: 'y.value', domain: [0, yAxis.to], ticks: yAxis.ticks }}
        data={points}
      >
        <PlaneMarks
          points={points}
          describe={({ x, y }) => `${spanText(x)}; ${spanText(y)}`}
          onPick={onPick}
        />
      </ScatterFrame>
    </Figure>
  )
}

function PlaneMarks({
  points,
  describe,
  onPick,
}: {
  points: readonly PlanePoint[]
  describe: (point: PlanePoint) => string
  onPick: () => void
}): ReactNode {
  const arrowId = useId()
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  if (xScale === undefined || yScale === undefined) return null
  const placed = points.flatMap((point) => {
    const [x, y] = [xScale(point.x.value), yScale(point.y.value)]
    return x === undefined || y === undefined ? [] : [{ point, x, y }]
  })
  const baseline = placed[0]
  return (
    <g>
      <defs>
        <marker
          id={arrowId}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto-start-reverse"
        >
          <path d="M0,0L8,4L0,8Z" fill="var(--line-strong)" />
        </marker>
      </defs>
      {placed.map(({ point, x, y }) => (
        <g key={point.series.letter} stroke={point.series.color} strokeWidth={2} opacity={0.75}>
          <line x1={xScale(point.x.low) ?? x} x2={xScale(point.x.high) ?? x} y1={y} y2={y} />
          <line y1={yScale(point.y.low) ?? y} y2={yScale(point.y.high) ?? y} x1={x} x2={x} />
        </g>
      ))}
      {baseline !== undefined &&
        placed.slice(1).map(({ point, x, y }) => {
          const length = Math.hypot(x - baseline.x, y - baseline.y)
          if (length < shortestArrow) return null
          const cut = (length - arrowGap) / length
          return (
            <line
              key={point.series.letter}
              x1={baseline.x}
              y1={baseline.y}
              x2={baseline.x + (x - baseline.x) * cut}
              y2={baseline.y + (y - baseline.y) * cut}
              stroke="var(--line-strong)"
              strokeDasharray="4 3"
              markerEnd={`url(#${arrowId})`}
            />
          )
        })}
      {placed.map(({ point, x, y }) => (
        <Mark
          key={point.series.letter}
          series={point.series}
          x={x}
          y={y}
          title={`${point.series.letter} ${point.name}: ${describe(point)}`}
          onPick={onPick}
        />
      ))}
    </g>
  )
}

/** Pixels: an arrow ends before the mark, and one shorter than two marks says nothing. */
const arrowGap = 10
const shortestArrow = 22
