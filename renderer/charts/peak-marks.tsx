import type { ReactNode } from 'react'
import { useXAxisScale, useYAxisScale } from 'recharts'
import type { LineSeries } from './lines.tsx'
import { Mark } from './mark.tsx'

/** Marks of counts over bins, each on its highest step: without them steps of one colour, or in print, are nobody's. */
export function PeakMarks({
  lines,
  labels,
}: {
  lines: readonly LineSeries[]
  labels: readonly string[]
}): ReactNode {
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  if (xScale === undefined || yScale === undefined) return null
  return lines.map(({ series, name, values }) => {
    const highest = Math.max(...values.map((value) => value ?? 0))
    const bin = values.indexOf(highest)
    const [from, to] = [xScale(labels[bin]), xScale(labels[bin + 1] ?? labels[bin])]
    const top = yScale(highest)
    if (highest === 0 || from === undefined || to === undefined || top === undefined) return null
    return (
      <Mark
        key={series.letter}
        series={series}
        x={(from + to) / 2}
        y={top}
        title={name}
        size={0.7}
      />
    )
  })
}
