import type { ReactNode } from 'react'
import { seriesOfLetter } from '../format/series.ts'

/** The letter of a configuration on its colour. */
export function Letter({ letter, title }: { letter: string; title?: string }): ReactNode {
  const series = seriesOfLetter(letter)
  return (
    <span
      className={`letter ${series.isDark ? 'dark-fill' : ''}`}
      style={{ background: series.color }}
      {...(title === undefined ? {} : { title })}
    >
      {letter}
    </span>
  )
}
