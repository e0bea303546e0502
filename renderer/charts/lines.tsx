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
import { formatCount, formatSmall } from '../format/numbers.ts'
import type { Series } from '../format/series.ts'
import { chartTipStyle } from './chart-tip.ts'
import { EndNames, type EndName } from './end-names.tsx'
import { Figure } from './figure.tsx'
import { Mark } from './mark.tsx'
import { PeakMarks } from './peak-marks.tsx'
import { roundAxis } from './round-axis.ts'
import { formatTick } from './strength-axis.ts'

export interface LineSeries {
  readonly name: string
  readonly series: Series
  readonly values: readonly (number | null)[]
}

/**
 * Values over an ordered axis (layers, bins), one line a configuration; the axis holds zero. Lines carry their mark and letter at
 * their last value, steps at their highest.
 */
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
  /** Counts over bins, drawn as steps. */
  isStepped?: boolean
  height?: number
  tools?: ReactNode
}): ReactNode {
  const textOf = (value: number) => (isStepped ? formatCount(value) : formatSmall(value))
  const data = labels.map((label, index) => ({
    label,
    ...Object.fromEntries(
      lines.map(({ series, values }) => [series.letter, values[index] ?? null]),
    ),
  }))
  const hasMarks = labels.length <= 40 && !isStepped
  const values = lines.flatMap((line) => line.values.filter((value) => value !== null))
  const axis = roundAxis({
    lowest: Math.min(0, ...values),
    highest: Math.max(0, ...values),
    isWhole: isStepped,
  })
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
          ...lines.map((line) => {
            const value = line.values[index] ?? null
            return value === null ? '' : textOf(value)
          }),
        ]),
      }}
    >
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 480, height }}>
        <LineChart
          data={data}
          margin={{ top: 16, right: 32, bottom: 24, left: 8 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            dataKey="label"
            stroke="var(--line-strong)"
            interval="equidistantPreserveStart"
            label={{ value: xTitle, position: 'insideBottom', offset: -14 }}
          />
          <YAxis
            width={58}
            stroke="var(--line-strong)"
            domain={[axis.from, axis.to]}
            ticks={[...axis.ticks]}
            tickFormatter={formatTick}
            label={{
              value: yTitle,
              angle: -90,
              position: 'insideLeft',
              style: { textAnchor: 'middle' },
            }}
          />
          <Tooltip
            isAnimationActive={false}
            formatter={(value) => (typeof value === 'number' ? textOf(value) : value)}
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
                hasMarks
                  ? ({ cx, cy, index }) =>
                      index === labels.length - 1 && cx !== undefined && cy !== undefined ? (
                        <Mark
                          key={index}
                          series={series}
                          x={cx}
                          y={cy}
                          title={name}
                          hasLetter={false}
                        />
                      ) : (
                        <circle key={index} cx={cx} cy={cy} r={2.5} fill={series.color} />
                      )
                  : false
              }
            />
          ))}
          {isStepped ? (
            <PeakMarks lines={lines} labels={labels} />
          ) : (
            <EndNames names={lastNames(labels, lines)} />
          )}
        </LineChart>
      </ResponsiveContainer>
    </Figure>
  )
}

function lastNames(labels: readonly string[], lines: readonly LineSeries[]): EndName[] {
  const x = labels.at(-1)
  return lines.flatMap(({ series, values }) => {
    const y = values[labels.length - 1]
    return x === undefined || y == null ? [] : [{ text: series.letter, x, y }]
  })
}
