import type { ReactNode } from 'react'
import { Bar, BarChart, CartesianGrid, ErrorBar, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import { formatNumber } from '../format/numbers.ts'
import type { Series } from '../format/series.ts'
import { Figure } from './figure.tsx'
import { formatTick, percentAxis } from './strength-axis.ts'

export interface GroupBar {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly n: number
}

export interface GroupBarSeries {
  readonly name: string
  readonly series: Series
  /** One for each group; null where nothing was measured. */
  readonly bars: readonly (GroupBar | null)[]
}

const barHeight = 9
const groupGap = 9
/** Pixels for the names of groups. */
const nameWidth = 104

/** A percentage of several configurations in each of several groups: bars from zero with their 95% intervals. */
export function GroupBars({
  title,
  groupTitle,
  groups,
  series,
  note,
  onPick,
}: {
  title: string
  /** What a group is, for example `Domain`. */
  groupTitle: string
  groups: readonly string[]
  series: readonly GroupBarSeries[]
  note: string
  /** A click on a bar: the index of its group. */
  onPick: (group: number) => void
}): ReactNode {
  const height = groups.length * (series.length * barHeight + groupGap) + 60
  const axis = percentAxis(
    series.flatMap(({ bars }) =>
      bars.flatMap((bar) => (bar === null ? [] : [bar.high ?? bar.value])),
    ),
  )
  const data = groups.map((group, index) => ({
    group,
    of: Object.fromEntries(series.map((one) => [one.series.letter, drawn(one.bars[index])])),
  }))
  return (
    <Figure
      title={title}
      note={note}
      height={height}
      table={{
        columns: [
          groupTitle,
          ...series.flatMap(({ series: { letter }, name }) => [
            `${letter} ${name}, %`,
            `${letter} low`,
            `${letter} high`,
            `${letter} n`,
          ]),
        ],
        rows: groups.map((group, index) => [
          group,
          ...series.flatMap(({ bars }) => figuresOf(bars[index] ?? null)),
        ]),
      }}
    >
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 480, height }}>
        <BarChart
          data={data}
          layout="vertical"
          barGap={0}
          barCategoryGap={groupGap / 2}
          margin={{ top: 6, right: 20, bottom: 24, left: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--line)" horizontal={false} />
          <XAxis
            type="number"
            domain={[axis.from, axis.to]}
            ticks={[...axis.ticks]}
            tickFormatter={formatTick}
            stroke="var(--line-strong)"
            label={{ value: '%', position: 'insideBottom', offset: -14 }}
          />
          <YAxis
            type="category"
            dataKey="group"
            width={nameWidth}
            interval={0}
            stroke="var(--line-strong)"
          />
          {series.map(({ series: { letter, color }, name }) => (
            <Bar
              key={letter}
              dataKey={`of.${letter}.value`}
              name={`${letter} ${name}`}
              barSize={barHeight}
              fill={color}
              stroke="var(--mark-outline)"
              isAnimationActive={false}
              cursor="pointer"
              onClick={(_, index) => onPick(index)}
            >
              <ErrorBar
                dataKey={`of.${letter}.error`}
                direction="x"
                stroke="var(--text)"
                strokeWidth={1}
                width={3}
                isAnimationActive={false}
              />
            </Bar>
          ))}
        </BarChart>
      </ResponsiveContainer>
    </Figure>
  )
}

/** As the chart reads it: the interval as distances from the value. */
function drawn(bar: GroupBar | null | undefined) {
  if (bar == null) return { value: null, error: null }
  const { value, low, high } = bar
  return { value, error: low === null || high === null ? null : [value - low, high - value] }
}

function figuresOf(bar: GroupBar | null): string[] {
  if (bar === null) return ['', '', '', '']
  const { value, low, high, n } = bar
  return [value, low, high]
    .map((figure) => (figure === null ? '' : formatNumber(figure, 2)))
    .concat(String(n))
}
