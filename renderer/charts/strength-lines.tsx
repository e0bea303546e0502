import type { ReactNode } from 'react'
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { chartTipStyle } from './chart-tip.ts'
import { EndNames } from './end-names.tsx'
import { Figure } from './figure.tsx'
import { axisOf, formatTick } from './strength-axis.ts'
import {
  endsOf,
  tableOf,
  tipText,
  valuesAt,
  worstStrengths,
  type StrengthCurve,
} from './strength-curve.ts'
import { baselineMarks, StrengthDot } from './strength-marks.tsx'

const height = 300
/** Room behind the last point for the curve's name. */
const nameRoom = 150

/** Metrics against the strength of a change, with 95% bands; grey across: the baseline's own interval. */
export function StrengthLines({
  title,
  xTitle,
  yTitle,
  unit,
  curves,
  note,
  tools,
  onPick,
}: {
  title: string
  xTitle: string
  yTitle: string
  /** `%` keeps the axis between 0 and 100. */
  unit: string
  curves: readonly StrengthCurve[]
  note: string
  tools?: ReactNode
  /** A click on a point: the curve and the index of the point. */
  onPick: (curve: string, index: number) => void
}): ReactNode {
  const strengths = [
    ...new Set(curves.flatMap(({ points }) => points.map(({ strength }) => strength))),
  ].sort((a, b) => a - b)
  const data = strengths.map((strength) => ({ strength, at: valuesAt(curves, strength) }))
  const axis = axisOf(curves, unit)
  return (
    <Figure
      title={title}
      note={axis.isLog ? `${note} The vertical axis is logarithmic.` : note}
      height={height}
      tools={tools}
      table={tableOf(curves, xTitle, unit)}
    >
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 480, height }}>
        <ComposedChart
          data={data}
          margin={{ top: 14, right: nameRoom, bottom: 26, left: 10 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            type="number"
            dataKey="strength"
            domain={['dataMin', 'dataMax']}
            ticks={strengths}
            stroke="var(--line-strong)"
            label={{ value: xTitle, position: 'insideBottom', offset: -16 }}
          />
          <YAxis
            width={58}
            stroke="var(--line-strong)"
            scale={axis.isLog ? 'log' : 'linear'}
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
            contentStyle={chartTipStyle}
            labelFormatter={(label) =>
              typeof label === 'string' || typeof label === 'number' ? `${xTitle} ${label}` : xTitle
            }
            formatter={(value, _name, item) =>
              tipText({
                value,
                strength: strengthOf(item.payload),
                dataKey: String(item.dataKey ?? ''),
                curves,
              })
            }
          />
          {curves.flatMap(({ key, baseline }) => baselineMarks(key, baseline))}
          {curves.map(({ key, color }) => (
            <Area
              key={key}
              dataKey={`at.${key}.range`}
              type="linear"
              stroke="none"
              fill={color}
              fillOpacity={0.18}
              connectNulls
              isAnimationActive={false}
              tooltipType="none"
              activeDot={false}
            />
          ))}
          {curves.map((curve) => (
            <Line
              key={curve.key}
              dataKey={`at.${curve.key}.value`}
              name={curve.name}
              type="linear"
              stroke={curve.color}
              strokeWidth={2}
              strokeDasharray={curve.dash}
              connectNulls
              isAnimationActive={false}
              activeDot={false}
              dot={({ cx, cy, index }) => (
                <StrengthDot
                  key={index}
                  x={cx}
                  y={cy}
                  curve={curve}
                  strength={strengths[index]}
                  onPick={onPick}
                />
              )}
            />
          ))}
          <EndNames names={endsOf(curves)} />
          {worstStrengths(curves).map((strength) => (
            <ReferenceLine
              key={strength}
              x={strength}
              stroke="var(--bad)"
              strokeDasharray="5 3"
              label={{
                value: 'most vulnerable',
                position: 'top',
                fill: 'var(--bad)',
                fontSize: 11,
              }}
            />
          ))}
        </ComposedChart>
      </ResponsiveContainer>
    </Figure>
  )
}

/** Of a row of the chart's data, which recharts hands back without its type. */
function strengthOf(row: unknown): unknown {
  return typeof row === 'object' && row !== null && 'strength' in row ? row.strength : undefined
}
