/** One metric of one suite: a dot with its interval for each configuration, the baseline's interval as a grey band. */
import type { Comparison, ComparisonRow } from '#contract/comparisons'
import { estimateText, isShare, scaleOf, suffixOf } from '../../comparison/wording.ts'
import { nameOf } from '../../comparison/verdict.ts'
import { escapeHtml } from '../escape.ts'
import { f, mark } from './marks.ts'
import { logScale, needsLogScale, niceScale, type Scale } from './scale.ts'

const size = { width: 500, left: 24, top: 8, row: 28, bottom: 26 }
/** Room for the figures behind the dots: from so much on, more where they are longer. */
const leastRight = 146
const letterWidth = 6.2
/** From the plot to the figures. */
const textGap = 14

interface Dot {
  readonly letter: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly isBaseline: boolean
  readonly text: string
  readonly title: string
}

export function dotPlotFigure(comparison: Comparison, row: ComparisonRow): string {
  const dots = dotsOf(comparison, row)
  if (dots.length === 0) return ''
  const { unit, title: metricTitle } = row.metric
  const suffix = suffixOf(unit).trim()
  const title = `${metricTitle} on ${row.suiteTitle}${suffix === '' ? '' : `, ${suffix}`}`
  const x = scaleFor(dots, unit)
  const isLog = isLogarithmic(dots, unit)
  const cut = isLog
    ? ' The axis is logarithmic.'
    : unit === 'perplexity' && x.low > 0
      ? ' The axis does not begin at zero.'
      : ''
  return `<figure><h3>${escapeHtml(title)}</h3>${drawing(dots, x, title)}<figcaption>${escapeHtml(row.judge)}; ${row.metric.better === 'neither' ? '' : `${row.metric.better} is better; `}grey band: the baseline’s 95% interval.${cut}</figcaption></figure>`
}

function dotsOf(comparison: Comparison, row: ComparisonRow): Dot[] {
  const scale = scaleOf(row.metric.unit)
  return comparison.columns.flatMap((column, index): Dot[] => {
    const estimate = row.cells[index]?.estimate
    if (estimate === undefined || estimate.value === null) return []
    const { value, interval } = estimateText(estimate, row.metric.unit)
    return [
      {
        letter: column.letter,
        value: estimate.value * scale,
        low: (estimate.low ?? estimate.value) * scale,
        high: (estimate.high ?? estimate.value) * scale,
        isBaseline: column.isBaseline,
        text: `${value.replace(/ nats$/, '')} ${interval}`,
        title: `${nameOf(column)}: ${value} ${interval}, n ${estimate.n}`,
      },
    ]
  })
}

function scaleFor(dots: readonly Dot[], unit: ComparisonRow['metric']['unit']): Scale {
  const values = dots.flatMap(({ low, high }) => [low, high])
  const ends = { from: size.left, to: size.width - rightOf(dots), ticks: 4 }
  if (isLogarithmic(dots, unit)) return logScale({ ...ends, values })
  if (isShare(unit)) return niceScale({ ...ends, values, start: 0, atMost: 100 })
  return niceScale({ ...ends, values: unit === 'nats' ? [...values, 0] : values })
}

function isLogarithmic(dots: readonly Dot[], unit: ComparisonRow['metric']['unit']): boolean {
  return unit === 'perplexity' && needsLogScale(dots.flatMap(({ low, high }) => [low, high]))
}

function rightOf(dots: readonly Dot[]): number {
  const longest = Math.max(...dots.map(({ text }) => text.length))
  return Math.max(leastRight, textGap + longest * letterWidth)
}

function drawing(dots: readonly Dot[], x: Scale, title: string): string {
  const { width, top, row, bottom } = size
  const height = top + dots.length * row + bottom
  const floor = height - bottom
  const label = `${title}. ${dots.map((dot) => dot.title).join('. ')}`
  const textAt = width - rightOf(dots) + textGap
  const rows = dots.map((dot, index) => dotRow({ dot, x, y: top + (index + 0.5) * row, textAt }))
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escapeHtml(label)}">${band(dots, x, floor)}${x.ticks
    .map(
      (tick) =>
        `<line class="axis" x1="${f(x.at(tick))}" x2="${f(x.at(tick))}" y1="${top}" y2="${floor}"/><text class="tick" x="${f(x.at(tick))}" y="${floor + 16}" text-anchor="middle">${x.textOf(tick)}</text>`,
    )
    .join('')}${rows.join('')}</svg>`
}

function band(dots: readonly Dot[], x: Scale, floor: number): string {
  const base = dots.find(({ isBaseline }) => isBaseline)
  if (base === undefined) return ''
  const left = x.at(base.low)
  return `<rect class="noise" x="${f(left)}" y="${size.top}" width="${f(Math.max(1, x.at(base.high) - left))}" height="${floor - size.top}"/><line class="base" x1="${f(x.at(base.value))}" x2="${f(x.at(base.value))}" y1="${size.top}" y2="${floor}"/>`
}

function dotRow({
  dot,
  x,
  y,
  textAt,
}: {
  readonly dot: Dot
  readonly x: Scale
  readonly y: number
  readonly textAt: number
}): string {
  return `<line class="whisker" x1="${f(x.at(dot.low))}" x2="${f(x.at(dot.high))}" y1="${f(y)}" y2="${f(y)}"/>${mark({ letter: dot.letter, x: x.at(dot.value), y, title: dot.title })}<text x="${f(textAt)}" y="${f(y + 4)}" font-size="11">${escapeHtml(dot.text)}</text>`
}
