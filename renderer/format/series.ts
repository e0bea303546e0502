/**
 * A configuration keeps one letter, one colour and one marker shape everywhere. Okabe and Ito's colour-blind-safe
 * order (2008); A is the baseline in neutral grey. After seven colours the shape still tells them apart.
 */
export type MarkShape = 'circle' | 'triangle' | 'square' | 'diamond' | 'cross' | 'star' | 'wye'

export interface Series {
  readonly letter: string
  /** A CSS colour that follows the theme. */
  readonly color: string
  readonly shape: MarkShape
  /** Text upon the colour must be light. */
  readonly isDark: boolean
}

const shapes: readonly MarkShape[] = [
  'circle',
  'triangle',
  'square',
  'diamond',
  'star',
  'cross',
  'wye',
]
const colorCount = 7
const darkColor = 5

export function seriesAt(index: number): Series {
  const color = index === 0 ? 0 : 1 + ((index - 1) % colorCount)
  return {
    letter: letterAt(index),
    color: `var(--series-${color})`,
    shape: shapes[(index + Math.floor(index / shapes.length)) % shapes.length] ?? 'circle',
    isDark: color === darkColor,
  }
}

/** A to Z, then AA, AB ... as spreadsheets name their columns. */
function letterAt(index: number): string {
  const last = String.fromCharCode(65 + (index % 26))
  return index < 26 ? last : letterAt(Math.floor(index / 26) - 1) + last
}

/** Colour and shape of a letter given by a comparison. */
export function seriesOfLetter(letter: string): Series {
  const index = Array.from(letter).reduce((sum, part) => sum * 26 + part.charCodeAt(0) - 64, 0)
  return seriesAt(Math.max(0, index - 1))
}
