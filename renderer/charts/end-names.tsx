import type { ReactNode } from 'react'
import { useXAxisScale, useYAxisScale } from 'recharts'
import { spreadApart } from './spread-apart.ts'

export interface EndName {
  readonly text: string
  /** Where its line ends, in values of the axes. */
  readonly x: number | string
  readonly y: number
}

const fontSize = 11
/** Pixels from one name to the next. */
const lineHeight = 13
/** Pixels from the end of a line to its name. */
const gap = 11

/** Names behind the ends of lines, moved apart where lines end near each other. A child of a chart: it reads the scales. */
export function EndNames({ names }: { names: readonly EndName[] }): ReactNode {
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  if (xScale === undefined || yScale === undefined) return null
  const ends = names.flatMap(({ text, x, y }) => {
    const [left, top] = [xScale(x), yScale(y)]
    return left === undefined || top === undefined ? [] : [{ text, left, top }]
  })
  const tops = spreadApart(
    ends.map(({ top }) => top),
    lineHeight,
  )
  return (
    <g>
      {ends.map(({ text, left, top }, index) => {
        const shown = tops[index] ?? top
        return (
          <g key={`${index} ${text}`}>
            {Math.abs(shown - top) > lineHeight / 2 && (
              <line
                x1={left + gap / 2}
                y1={top}
                x2={left + gap - 1}
                y2={shown}
                stroke="var(--line-strong)"
              />
            )}
            <text
              x={left + gap}
              y={shown + fontSize / 3}
              fontSize={fontSize}
              fontWeight={600}
              fill="var(--text)"
            >
              {text}
            </text>
          </g>
        )
      })}
    </g>
  )
}
