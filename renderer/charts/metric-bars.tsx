import type { ReactNode } from 'react'
import {
  Bar,
  BarChart,
  CartesianGrid,
  Cell,
  ErrorBar,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts'
import { formatNumber } from '../format/numbers.ts'
import type { Series } from '../format/series.ts'
import { Figure } from './figure.tsx'
import { formatTick } from './strength-axis.ts'

export interface MetricBar {
  readonly name: string
  readonly series: Series
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly n: number
}

const barHeight = 34

/** One metric over configurations, bars from zero with their 95% intervals. */
export function MetricBars({
  title,
  unit,
  bars,
  note,
  tools,
  onPick,
}: {
  title: string
  /** Written behind the axis: `%`, `nats`. */
  unit: string
  bars: readonly MetricBar[]
  note: string
  tools?: ReactNode
  /** A click on a bar: the samples behind it. */
  onPick: () => void
}): ReactNode {
  const height = bars.length * barHeight + 54
  const data = bars.map((bar) => ({
    ...bar,
    letter: bar.series.letter,
    error:
      bar.low === null || bar.high === null ? null : [bar.value - bar.low, bar.high - bar.value],
  }))
  return (
    <Figure
      title={title}
      note={note}
      height={height}
      tools={tools}
      table={{
        columns: ['Configuration', `Value (${unit})`, 'Low', 'High', 'n'],
        rows: bars.map(({ series, name, value, low, high, n }) => [
          `${series.letter} ${name}`,
          formatNumber(value, 2),
          low === null ? '' : formatNumber(low, 2),
          high === null ? '' : formatNumber(high, 2),
          String(n),
        ]),
      }}
    >
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 480, height }}>
        <BarChart
          data={data}
          layout="vertical"
          margin={{ top: 6, right: 20, bottom: 22, left: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--line)" horizontal={false} />
          <XAxis
            type="number"
            tickFormatter={formatTick}
            stroke="var(--line-strong)"
            label={{ value: unit, position: 'insideBottom', offset: -14 }}
          />
          <YAxis type="category" dataKey="letter" width={28} stroke="var(--line-strong)" />
          <Bar
            dataKey="value"
            barSize={18}
            isAnimationActive={false}
            cursor="pointer"
            onClick={onPick}
          >
            {data.map((bar) => (
              <Cell key={bar.letter} fill={bar.series.color} stroke="var(--mark-outline)" />
            ))}
            <ErrorBar
              dataKey="error"
              direction="x"
              stroke="var(--text)"
              width={6}
              isAnimationActive={false}
            />
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </Figure>
  )
}
