/** A configuration keeps one letter, one colour (Okabe and Ito 2008) and one shape; A, the baseline, is grey. */
import { escapeHtml } from '../escape.ts'

const colorCount = 7
const shapes = ['circle', 'triangle', 'square', 'diamond'] as const

/** 0 for A; seven colours for the others, in turn. */
export function colorOf(letter: string): number {
  const index = indexOf(letter)
  return index <= 0 ? 0 : 1 + ((index - 1) % colorCount)
}

/** Place of a column by its letter: 0 for A, 26 for AA. */
function indexOf(letter: string): number {
  return [...letter].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0) - 1
}

/** A filled mark with its letter, centred on (x, y). */
export function mark(input: { letter: string; x: number; y: number; title: string }): string {
  const { letter, x, y, title } = input
  const color = colorOf(letter)
  const tone = color === 0 || color === 5 ? 'on-dark' : 'on-light'
  return `<g><title>${escapeHtml(title)}</title>${shape(letter, x, y, color)}<text class="${tone}" x="${f(x)}" y="${f(y + 3.5)}" text-anchor="middle" font-size="10" font-weight="700">${escapeHtml(letter)}</text></g>`
}

function shape(letter: string, x: number, y: number, color: number): string {
  const kind = shapes[indexOf(letter) % shapes.length]
  const className = `class="mark fill${color}"`
  switch (kind) {
    case 'triangle':
      return `<path ${className} d="M${f(x)} ${f(y - 10)}L${f(x + 10)} ${f(y + 7)}H${f(x - 10)}Z"/>`
    case 'square':
      return `<rect ${className} x="${f(x - 8)}" y="${f(y - 8)}" width="16" height="16"/>`
    case 'diamond':
      return `<path ${className} d="M${f(x)} ${f(y - 10.5)}L${f(x + 10.5)} ${f(y)}L${f(x)} ${f(y + 10.5)}L${f(x - 10.5)} ${f(y)}Z"/>`
    default:
      return `<circle ${className} cx="${f(x)}" cy="${f(y)}" r="8.5"/>`
  }
}

/** The letter as a small label in text, with the configuration's name, whose direction must not reorder its neighbours. */
export function nameLabel(column: { readonly letter: string; readonly name: string }): string {
  return `${letterLabel(column.letter)}<bdi>${escapeHtml(column.name)}</bdi>`
}

export function letterLabel(letter: string): string {
  return `<span class="letter fill${colorOf(letter)}">${escapeHtml(letter)}</span>`
}

/** Coordinates with two decimals. */
export function f(value: number): string {
  return String(Math.round(value * 100) / 100)
}
