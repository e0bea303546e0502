import type { ReactNode } from 'react'
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { formatNumber, formatSmall } from '../format/numbers.ts'
import { roundWidth } from './bins.ts'
import { chartTipStyle } from './chart-tip.ts'
import { Figure } from './figure.tsx'
import { niceEnd } from './plane.tsx'

export interface StrengthPoint {
  readonly strength: number
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly n: number
  /** Configuration behind the point. */
  readonly name: string
  /** `worst`: what a search found. `tied`: not to be told apart from it. `outside`: beyond the search's budget. */
  readonly look: 'plain' | 'worst' | 'tied' | 'outside'
}

export interface StrengthCurve {
  readonly key: string
  readonly name: string
  readonly color: string
  readonly points: readonly StrengthPoint[]
  /** The untouched configuration: drawn as a band across. */
  readonly baseline: {
    readonly value: number
    readonly low: number | null
    readonly high: number | null
  } | null
}

const height = 300
/** Room behind the last point for the curve's name. */
const nameRoom = 118
/** From this ratio on a linear axis shows nothing but the largest values. */
const logRatio = 30

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
            ticks={axis.ticks}
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
            formatter={(value, _name, item) => tipText(value, String(item.dataKey ?? ''), curves)}
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
              connectNulls
              isAnimationActive={false}
              activeDot={false}
              dot={({ cx, cy, index }) => (
                <Dot
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

interface PointValues {
  readonly value: number | null
  readonly range: readonly [number, number] | null
}

/** The values of all curves at a strength, by the curves' keys. */
function valuesAt(curves: readonly StrengthCurve[], strength: number): Record<string, PointValues> {
  const values: Record<string, PointValues> = {}
  for (const { key, points } of curves) {
    const point = points.find((candidate) => candidate.strength === strength)
    if (point === undefined) continue
    const { value, low, high } = point
    values[key] = { value, range: [low ?? value, high ?? value] }
  }
  return values
}

function axisOf(curves: readonly StrengthCurve[], unit: string) {
  const values = curves.flatMap(({ points, baseline }) =>
    [...points, ...(baseline === null ? [] : [baseline])].flatMap(({ value, low, high }) => [
      value,
      low ?? value,
      high ?? value,
    ]),
  )
  const highest = Math.max(0, ...values)
  const lowest = Math.min(...values)
  if (unit === '%') {
    const to = niceEnd(values)
    return { from: 0, to, isLog: false, ticks: [0, 1, 2, 3, 4, 5].map((part) => (to * part) / 5) }
  }
  if (lowest > 0 && highest / lowest > logRatio) {
    const from = powerBelow(lowest)
    return { from, to: highest * 1.1, isLog: true, ticks: powersFrom(from, highest) }
  }
  const step = roundWidth((highest - Math.min(0, lowest)) / mostSteps || 1)
  const [first, last] = [Math.floor(Math.min(0, lowest) / step), Math.ceil(highest / step)]
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
  return { from: first * step, to: last * step, isLog: false, ticks }
}

const mostSteps = 5

/** Powers of ten up to the highest value. */
function powersFrom(from: number, highest: number): number[] {
  const count = Math.floor(Math.log10(highest / from) + 1e-9)
  return Array.from({ length: count + 1 }, (_, power) => from * 10 ** power)
}

/** From here on a power of ten is shorter. */
const longestTick = 1_000_000

function formatTick(value: number): string {
  if (Math.abs(value) >= longestTick) return formatSmall(value)
  return value.toLocaleString('en', { maximumSignificantDigits: 6 }).replace('-', '\u2212')
}

function powerBelow(value: number): number {
  return 10 ** Math.floor(Math.log10(value))
}

function baselineMarks(key: string, baseline: StrengthCurve['baseline']): ReactNode[] {
  if (baseline === null) return []
  const { value, low, high } = baseline
  const band =
    low === null || high === null
      ? []
      : [
          <ReferenceArea
            key={`${key} band`}
            y1={low}
            y2={high}
            fill="var(--line-strong)"
            fillOpacity={0.16}
            stroke="none"
          />,
        ]
  return [
    ...band,
    <ReferenceLine
      key={`${key} baseline`}
      y={value}
      stroke="var(--line-strong)"
      strokeDasharray="2 3"
    />,
  ]
}

/** Strengths that a search found worst, each once. */
function worstStrengths(curves: readonly StrengthCurve[]): number[] {
  const worst = curves.flatMap(({ points }) => points.filter(({ look }) => look === 'worst'))
  return [...new Set(worst.map(({ strength }) => strength))]
}

function Dot({
  x,
  y,
  curve,
  strength,
  onPick,
}: {
  x: number | undefined
  y: number | undefined
  curve: StrengthCurve
  strength: number | undefined
  onPick: (curve: string, index: number) => void
}): ReactNode {
  const index = curve.points.findIndex((point) => point.strength === strength)
  const point = curve.points[index]
  if (x === undefined || y === undefined || point === undefined) return null
  const isLast = index === curve.points.length - 1
  return (
    <g>
      {(point.look === 'worst' || point.look === 'tied') && (
        <circle cx={x} cy={y} r={8} fill="none" stroke="var(--bad)" strokeWidth={1.5} />
      )}
      <circle
        cx={x}
        cy={y}
        r={4}
        cursor="pointer"
        fill={point.look === 'outside' ? 'var(--surface)' : curve.color}
        stroke={point.look === 'outside' ? curve.color : 'var(--mark-outline)'}
        strokeWidth={point.look === 'outside' ? 2 : 1}
        onClick={() => onPick(curve.key, index)}
      >
        <title>{point.name}</title>
      </circle>
      {isLast && (
        <text x={x + 10} y={y + 4} fontSize={11} fontWeight={600} fill="var(--text)">
          {curve.name}
        </text>
      )}
    </g>
  )
}

function tipText(value: unknown, dataKey: string, curves: readonly StrengthCurve[]): string {
  if (typeof value !== 'number') return ''
  const key = dataKey.split('.')[1]
  const point = curves
    .find((curve) => curve.key === key)
    ?.points.find((candidate) => candidate.value === value)
  return point === undefined ? formatSmall(value) : spanText(point)
}

function spanText({ value, low, high, n }: Pick<StrengthPoint, 'value' | 'low' | 'high' | 'n'>) {
  const interval =
    low === null || high === null ? '' : ` [${formatNumber(low, 1)}, ${formatNumber(high, 1)}]`
  return `${formatNumber(value, 1)}${interval}, n ${n}`
}

const lookWords: Readonly<Record<StrengthPoint['look'], string>> = {
  plain: '',
  worst: 'most vulnerable',
  tied: 'cannot be told apart from it',
  outside: 'outside the budget',
}

function tableOf(curves: readonly StrengthCurve[], xTitle: string, unit: string) {
  return {
    columns: ['Metric', xTitle, 'Configuration', `Value (${unit})`, 'Low', 'High', 'n', 'Note'],
    rows: curves.flatMap(({ name, points }) =>
      points.map((point) => [
        name,
        String(point.strength),
        point.name,
        formatNumber(point.value, 2),
        point.low === null ? '' : formatNumber(point.low, 2),
        point.high === null ? '' : formatNumber(point.high, 2),
        String(point.n),
        lookWords[point.look],
      ]),
    ),
  }
}
