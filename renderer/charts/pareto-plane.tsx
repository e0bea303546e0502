import type { ReactNode } from 'react'
import { useXAxisScale, useYAxisScale } from 'recharts'
import { formatNumber } from '../format/numbers.ts'
import type { Series } from '../format/series.ts'
import { Figure } from './figure.tsx'
import { Mark } from './mark.tsx'
import { logTicks } from './log-ticks.ts'
import type { Span } from './plane.tsx'
import { roundAxis } from './round-axis.ts'
import { ScatterFrame } from './scatter-frame.tsx'
import { formatTick, percentAxis } from './strength-axis.ts'

export interface ParetoMark {
  readonly name: string
  readonly series: Series
  readonly x: Span
  /** Percent. */
  readonly y: Span
  /** What it saves, as text: `sparsity 0.5`, `41 tokens/s`; empty where it is not known. */
  readonly costText: string
  /** Area of the mark, from 0 (least saved) to 1; null where it is not known. */
  readonly saved: number | null
  readonly isDominated: boolean
}

const height = 340
const logRatio = 30

/** Utility across, harm up, savings as the size of the mark; what another configuration beats in everything is faded. */
export function ParetoPlane({
  title,
  xTitle,
  yTitle,
  marks,
  note,
  tools,
  onPick,
}: {
  title: string
  xTitle: string
  yTitle: string
  marks: readonly ParetoMark[]
  note: string
  tools?: ReactNode
  /** A click on a mark: its index. */
  onPick: (index: number) => void
}): ReactNode {
  const xs = marks.flatMap(({ x }) => [x.low, x.high])
  const [lowest, highest] = [Math.min(...xs), Math.max(...xs)]
  const isLog = lowest > 0 && highest / lowest > logRatio
  const linear = roundAxis({ lowest: Math.max(0, lowest), highest })
  const domain: [number, number] = isLog ? [lowest / 1.2, highest * 1.2] : [linear.from, linear.to]
  const yAxis = percentAxis(marks.map(({ y }) => y.high))
  const axisNote = isLog
    ? ' The horizontal axis is logarithmic.'
    : domain[0] > 0
      ? ' The horizontal axis does not start at zero.'
      : ''
  return (
    <Figure
      title={title}
      note={note + axisNote}
      height={height}
      tools={tools}
      table={{
        columns: ['Configuration', xTitle, yTitle, 'Saves', 'Dominated'],
        rows: marks.map((mark) => [
          `${mark.series.letter} ${mark.name}`,
          spanText(mark.x),
          spanText(mark.y),
          mark.costText,
          mark.isDominated ? 'yes' : 'no',
        ]),
      }}
    >
      <ScatterFrame
        height={height}
        margin={{ top: 28, right: 32 }}
        x={{
          title: xTitle,
          dataKey: 'x.value',
          domain,
          isLog,
          format: formatTick,
          ticks: isLog ? logTicks(...domain) : linear.ticks,
        }}
        y={{
          title: yTitle,
          dataKey: 'y.value',
          domain: [0, yAxis.to],
          ticks: yAxis.ticks,
        }}
        data={marks}
      >
        <Marks marks={marks} onPick={onPick} />
      </ScatterFrame>
    </Figure>
  )
}

function Marks({
  marks,
  onPick,
}: {
  marks: readonly ParetoMark[]
  onPick: (index: number) => void
}): ReactNode {
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  if (xScale === undefined || yScale === undefined) return null
  const placed = marks.flatMap((mark, index) => {
    const [x, y] = [xScale(mark.x.value), yScale(mark.y.value)]
    return x === undefined || y === undefined ? [] : [{ mark, index, x, y }]
  })
  const front = placed
    .filter(({ mark }) => !mark.isDominated)
    .sort((a, b) => a.x - b.x || a.y - b.y)
  return (
    <g>
      <polyline
        points={front.map(({ x, y }) => `${x},${y}`).join(' ')}
        fill="none"
        stroke="var(--line-strong)"
        strokeDasharray="4 3"
      />
      {placed.map(({ mark, index, x, y }) => (
        <g
          key={index}
          stroke={mark.series.color}
          strokeWidth={1.5}
          opacity={mark.isDominated ? 0.25 : 0.6}
        >
          <line x1={xScale(mark.x.low) ?? x} x2={xScale(mark.x.high) ?? x} y1={y} y2={y} />
          <line y1={yScale(mark.y.low) ?? y} y2={yScale(mark.y.high) ?? y} x1={x} x2={x} />
        </g>
      ))}
      {placed.map(({ mark, index, x, y }) => (
        <Mark
          key={index}
          series={mark.series}
          x={x}
          y={y}
          size={0.6 + 1.9 * (mark.saved ?? 0)}
          isFaded={mark.isDominated}
          title={`${mark.series.letter} ${mark.name}: ${spanText(mark.x)}; ${spanText(mark.y)}; ${mark.costText}`}
          onPick={() => onPick(index)}
        />
      ))}
    </g>
  )
}

function spanText({ value, low, high, n }: Span): string {
  return `${formatNumber(value, 1)} [${formatNumber(low, 1)}, ${formatNumber(high, 1)}], n ${n}`
}
