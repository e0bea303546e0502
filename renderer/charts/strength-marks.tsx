/** Marks of a curve: the band of the baseline, and the point that can be picked. */
import type { ReactNode } from 'react'
import { ReferenceArea, ReferenceLine } from 'recharts'
import type { StrengthCurve } from './strength-curve.ts'

/** Grey across: the baseline and its interval. A list, since recharts looks only at its direct children. */
export function baselineMarks(key: string, baseline: StrengthCurve['baseline']): ReactNode[] {
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

export function StrengthDot({
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
    </g>
  )
}
