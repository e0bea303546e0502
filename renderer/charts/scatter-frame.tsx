import type { ReactNode } from 'react'
import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, XAxis, YAxis } from 'recharts'

export interface NumberAxis {
  readonly title: string
  /** Path of the value within a point. */
  readonly dataKey: string
  readonly domain: readonly [number, number]
  readonly ticks?: readonly number[]
  readonly isLog?: boolean
  readonly format?: (value: number) => string
}

/** Two axes of numbers and a grid; what stands in them is drawn by the children, which read the scales. */
export function ScatterFrame({
  height,
  margin,
  x,
  y,
  yWidth = 54,
  data,
  children,
}: {
  height: number
  margin: { readonly top: number; readonly right: number }
  x: NumberAxis
  y: NumberAxis
  /** Pixels for the labels of the vertical axis. */
  yWidth?: number
  data: readonly object[]
  children: ReactNode
}): ReactNode {
  return (
    <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 480, height }}>
      <ScatterChart margin={{ ...margin, bottom: 26, left: 10 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" />
        <XAxis
          {...axisProps(x)}
          label={{ value: x.title, position: 'insideBottom', offset: -16 }}
        />
        <YAxis
          {...axisProps(y)}
          width={yWidth}
          label={{
            value: y.title,
            angle: -90,
            position: 'insideLeft',
            style: { textAnchor: 'middle' },
          }}
        />
        <Scatter data={data} shape={() => <g />} isAnimationActive={false} />
        {children}
      </ScatterChart>
    </ResponsiveContainer>
  )
}

/** A given domain holds, also where a logarithmic scale would widen it. */
function axisProps({ dataKey, domain, ticks, isLog = false, format }: NumberAxis) {
  return {
    type: 'number',
    dataKey,
    domain: [...domain],
    scale: isLog ? 'log' : 'linear',
    allowDataOverflow: isLog,
    stroke: 'var(--line-strong)',
    ...(ticks === undefined ? {} : { ticks: [...ticks] }),
    ...(format === undefined ? {} : { tickFormatter: format }),
  } as const
}
