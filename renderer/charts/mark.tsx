import type { ReactNode } from 'react'
import type { Series } from '../format/series.ts'

const radius = 6

const paths: Readonly<Record<Series['shape'], string>> = {
  circle: 'M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0Z',
  triangle: 'M0,-7L6.5,5L-6.5,5Z',
  square: 'M-5.5,-5.5H5.5V5.5H-5.5Z',
  diamond: 'M0,-7.5L7.5,0L0,7.5L-7.5,0Z',
  star: 'M0,-8L2,-2.5L8,-2.5L3.2,1.2L5,7L0,3.5L-5,7L-3.2,1.2L-8,-2.5L-2,-2.5Z',
  cross: 'M-2.2,-7H2.2V-2.2H7V2.2H2.2V7H-2.2V2.2H-7V-2.2H-2.2Z',
  wye: 'M0,7L-6.5,-5L6.5,-5Z',
}

/** A series' marker at a point of the plot: shape and outline tell it apart without colour. */
export function Mark({
  series,
  x,
  y,
  title,
  onPick,
  size = 1,
  isFaded = false,
  hasLetter = true,
}: {
  series: Series
  x: number
  y: number
  title: string
  /** Leads to the samples behind the mark. */
  onPick?: () => void
  /** Times the usual area. */
  size?: number
  /** Still there, but not what is looked for. */
  isFaded?: boolean
  /** False where the letter is written elsewhere. */
  hasLetter?: boolean
}): ReactNode {
  const scale = Math.sqrt(size)
  return (
    <g
      transform={`translate(${x},${y})`}
      opacity={isFaded ? 0.35 : 1}
      {...(onPick === undefined ? {} : { onClick: onPick, cursor: 'pointer' })}
    >
      <title>{title}</title>
      <path
        d={paths[series.shape]}
        transform={`scale(${scale})`}
        fill={series.color}
        stroke="var(--mark-outline)"
        strokeWidth={1 / scale}
      />
      {hasLetter && (
        <text
          x={radius * scale + 4}
          y={-radius * scale - 1}
          fontSize={12}
          fontWeight={700}
          fill="var(--text)"
        >
          {series.letter}
        </text>
      )}
    </g>
  )
}
