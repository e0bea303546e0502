import type { ReactNode } from 'react'
import {
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { formatSmall } from '../format/numbers.ts'
import type { Series } from '../format/series.ts'
import { chartTipStyle } from './chart-tip.ts'
import { Figure } from './figure.tsx'
import { Mark } from './mark.tsx'

export interface LineSeries {
  readonly name: string
  readonly series: Series
  readonly values: readonly (number | null)[]
}

/** Values over an ordered axis (layers, bins), one line a configuration; the axis holds zero. */
export function Lines({
  title,
  xTitle,
  yTitle,
  labels,
  lines,
  note,
  isStepped = false,
  height = 240,
  tools,
}: {
  title: string
  xTitle: string
  yTitle: string
  labels: readonly string[]
  lines: readonly LineSeries[]
  note?: string
  isStepped?: boolean
  height?: number
  tools?: ReactNode
}): ReactNode {
  const data = labels.map((label, index) => ({
    label,
    ...Object.fromEntries(
      lines.map(({ series, values }) => [series.letter, values[index] ?? null]),
    ),
  }))
  const hasMarks = labels.length <= 40
  return (
    <Figure
      title={title}
      height={height}
      {...(note === undefined ? {} : { note })}
      tools={tools}
      table={{
        columns: [xTitle, ...lines.map(({ series, name }) => `${series.letter} ${name}`)],
        rows: labels.map((label, index) => [
          label,
          ...lines.map(({ values }) => writeValue(values[index] ?? null)),
        ]),
      }}
    >
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 480, height }}>
        <LineChart
          data={data}
          margin={{ top: 12, right: 22, bottom: 24, left: 8 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            dataKey="label"
            stroke="var(--line-strong)"
            label={{ value: xTitle, position: 'insideBottom', offset: -14 }}
          />
          <YAxis
            width={58}
            stroke="var(--line-strong)"
            domain={[(lowest: number) => Math.min(0, lowest), 'auto']}
            tickFormatter={formatSmall}
            label={{
              value: yTitle,
              angle: -90,
              position: 'insideLeft',
              style: { textAnchor: 'middle' },
            }}
          />
          <Tooltip
            isAnimationActive={false}
            formatter={(value) => (typeof value === 'number' ? formatSmall(value) : value)}
            contentStyle={chartTipStyle}
            labelFormatter={(label) =>
              typeof label === 'string' || typeof label === 'number' ? `${xTitle} ${label}` : xTitle
            }
          />
          {lines.map(({ series, name }) => (
            <Line
              key={series.letter}
              dataKey={series.letter}
              name={`${series.letter} ${name}`}
              type={isStepped ? 'stepAfter' : 'linear'}
              stroke={series.color}
              strokeWidth={2}
              connectNulls={false}
              isAnimationActive={false}
              dot={
                hasMarks && !isStepped
                  ? ({ cx, cy, index }) =>
                      index === labels.length - 1 && cx !== undefined && cy !== undefined ? (
                        <Mark key={index} series={series} x={cx} y={cy} title={name} />
                      ) : (
                        <circle key={index} cx={cx} cy={cy} r={2.5} fill={series.color} />
                      )
                  : false
              }
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </Figure>
  )
}

function writeValue(value: number | null): string {
  return value === null ? '' : formatSmall(value)
}
