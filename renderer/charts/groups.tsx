import type { ReactNode } from 'react'
import { useXAxisScale, useYAxisScale } from 'recharts'
import { formatNumber } from '../format/numbers.ts'
import { roundWidth } from './bins.ts'
import { Figure } from './figure.tsx'
import { ScatterFrame } from './scatter-frame.tsx'

export interface PointGroup {
  readonly name: string
  readonly color: string
  readonly shape: 'circle' | 'square'
  /** Hollow marks: after the change. */
  readonly isHollow: boolean
  readonly points: readonly (readonly [number, number])[]
}

const height = 380
/** More marks than this are a blot; the figures are kept whole. */
const mostDrawn = 400

/** Groups of points in a plane whose axes mean the same for all of them; a cross marks each group's mean. */
export function Groups({
  title,
  xTitle,
  yTitle,
  groups,
  note,
  tools,
}: {
  title: string
  xTitle: string
  yTitle: string
  groups: readonly PointGroup[]
  note: string
  tools?: ReactNode
}): ReactNode {
  const extent = { x: roundedEnds(groups, 0), y: roundedEnds(groups, 1) }
  const corners = [
    { x: extent.x[0], y: extent.y[0] },
    { x: extent.x[1], y: extent.y[1] },
  ]
  const isThinned = groups.some(({ points }) => points.length > mostDrawn)
  return (
    <Figure
      title={title}
      note={isThinned ? `${note} Of each group ${mostDrawn} evenly chosen points are drawn.` : note}
      height={height}
      tools={tools}
      table={{
        columns: ['Group', 'Points', `Mean ${xTitle}`, `Mean ${yTitle}`],
        rows: groups.map(({ name, points }) => {
          const [x, y] = meanOf(points)
          return [name, String(points.length), formatNumber(x, 2), formatNumber(y, 2)]
        }),
      }}
    >
      <ScatterFrame
        height={height}
        margin={{ top: 44, right: 20 }}
        x={{ title: xTitle, dataKey: 'x', ...axisOf(extent.x) }}
        y={{ title: yTitle, dataKey: 'y', ...axisOf(extent.y) }}
        yWidth={58}
        data={corners}
      >
        <GroupMarks groups={groups} />
        <Legend groups={groups} />
      </ScatterFrame>
    </Figure>
  )
}

const mostSteps = 6

/** Round ends of an axis that hold every point, on multiples of one round step. */
function roundedEnds(groups: readonly PointGroup[], axis: 0 | 1): [number, number] {
  const values = groups.flatMap(({ points }) => points.map((point) => point[axis]))
  if (values.length === 0) return [0, 1]
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  const step = roundWidth((high - low) / mostSteps || 1)
  return [Math.floor(low / step) * step, (Math.floor(high / step) + 1) * step]
}

function axisOf(ends: readonly [number, number]) {
  return { domain: ends, ticks: ticksOf(ends), format: formatTick }
}

function ticksOf([low, high]: readonly [number, number]): number[] {
  const step = roundWidth((high - low) / mostSteps)
  const count = Math.floor((high - low) / step + 1e-9)
  const first = Math.ceil(low / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  ).filter((tick) => tick <= high)
}

function formatTick(value: number): string {
  return String(value).replace('-', '\u2212')
}

function GroupMarks({ groups }: { groups: readonly PointGroup[] }): ReactNode {
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  if (xScale === undefined || yScale === undefined) return null
  return groups.map((group) => (
    <g key={group.name}>
      {thinned(group.points).map((point, index) => {
        const [x, y] = [xScale(point[0]), yScale(point[1])]
        return x === undefined || y === undefined ? null : (
          <Dot key={index} group={group} x={x} y={y} />
        )
      })}
      <MeanCross group={group} at={meanOf(group.points)} xScale={xScale} yScale={yScale} />
    </g>
  ))
}

function Dot({ group, x, y }: { group: PointGroup; x: number; y: number }): ReactNode {
  const look = group.isHollow
    ? { fill: 'none', stroke: group.color, strokeWidth: 1.3 }
    : { fill: group.color, fillOpacity: 0.75, stroke: 'none' }
  return group.shape === 'circle' ? (
    <circle cx={x} cy={y} r={3.2} {...look} />
  ) : (
    <rect x={x - 3} y={y - 3} width={6} height={6} {...look} />
  )
}

type Scale = NonNullable<ReturnType<typeof useXAxisScale>>

function MeanCross({
  group,
  at,
  xScale,
  yScale,
}: {
  group: PointGroup
  at: readonly [number, number]
  xScale: Scale
  yScale: Scale
}): ReactNode {
  const [x, y] = [xScale(at[0]), yScale(at[1])]
  if (group.points.length === 0 || x === undefined || y === undefined) return null
  return (
    <g strokeWidth={2.5} stroke="var(--text)" strokeDasharray={group.isHollow ? '3 2' : 'none'}>
      <title>Mean: {group.name}</title>
      <line x1={x - 9} x2={x + 9} y1={y} y2={y} />
      <line y1={y - 9} y2={y + 9} x1={x} x2={x} />
    </g>
  )
}

const legendWidth = 170

/** Part of the picture, so that it goes along when the figure is saved. */
function Legend({ groups }: { groups: readonly PointGroup[] }): ReactNode {
  return (
    <g fontSize={11} fill="var(--text)">
      {groups.map((group, index) => (
        <g
          key={group.name}
          transform={`translate(${76 + Math.floor(index / 2) * legendWidth},${10 + (index % 2) * 17})`}
        >
          <Dot group={group} x={0} y={0} />
          <text x={9} y={4}>
            {group.name}
          </text>
        </g>
      ))}
    </g>
  )
}

function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= mostDrawn) return points
  const step = points.length / mostDrawn
  return points.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}

function meanOf(points: readonly (readonly [number, number])[]): [number, number] {
  const sum = points.reduce<[number, number]>(
    ([x, y], point) => [x + point[0], y + point[1]],
    [0, 0],
  )
  return [sum[0] / points.length, sum[1] / points.length]
}
