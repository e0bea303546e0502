/** Safety and utility against strength: one panel for each metric, with 95% bands. */
import type { Comparison, ComparisonRow, ComparisonSweep } from '#contract/comparisons'
import { estimateText, isShare, scaleOf, suffixOf } from '../../comparison/wording.ts'
import { rowTitle } from '../curves.ts'
import { escapeHtml } from '../escape.ts'
import { f, mark } from './marks.ts'
import { logScale, needsLogScale, niceScale, type Scale } from './scale.ts'

const size = { width: 500, height: 220, left: 56, right: 16, top: 12, bottom: 40 }

interface Point {
  readonly letter: string
  readonly strength: number
  readonly value: number
  readonly low: number
  readonly high: number
  readonly title: string
}

/** Nothing for a metric with fewer than two measured points. */
export function curveFigure(input: {
  readonly comparison: Comparison
  readonly sweep: ComparisonSweep
  readonly row: ComparisonRow
}): string {
  const { sweep, row } = input
  const points = pointsOf(input)
  if (points.length < 2) return ''
  const isLog =
    row.metric.unit === 'perplexity' &&
    needsLogScale(points.flatMap(({ low, high }) => [low, high]))
  const suffix = suffixOf(row.metric.unit).trim()
  const title = `${rowTitle(row)}${suffix === '' ? '' : `, ${suffix}`}, along ${sweep.title}`
  const note = `${row.judge}; ${row.metric.better === 'neither' ? '' : `${row.metric.better} is better; `}bars: 95% intervals${isLog ? '; logarithmic axis' : ''}.`
  return `<figure><h3>${escapeHtml(title)}</h3>${drawing({ points, sweep, row, isLog, title })}<figcaption>${escapeHtml(note)}</figcaption></figure>`
}

function pointsOf({
  comparison,
  sweep,
  row,
}: {
  readonly comparison: Comparison
  readonly sweep: ComparisonSweep
  readonly row: ComparisonRow
}): Point[] {
  const scale = scaleOf(row.metric.unit)
  return sweep.points.flatMap(({ column, strength }): Point[] => {
    const estimate = row.cells[column]?.estimate
    if (estimate === undefined || estimate.value === null) return []
    const { letter } = comparison.columns[column]
    const { value, interval } = estimateText(estimate, row.metric.unit)
    return [
      {
        letter,
        strength,
        value: estimate.value * scale,
        low: (estimate.low ?? estimate.value) * scale,
        high: (estimate.high ?? estimate.value) * scale,
        title: `${letter} ${sweep.param} ${strength}: ${value} ${interval}`,
      },
    ]
  })
}

function drawing(input: {
  readonly points: readonly Point[]
  readonly sweep: ComparisonSweep
  readonly row: ComparisonRow
  readonly isLog: boolean
  readonly title: string
}): string {
  const { points, sweep, title } = input
  const { width, height, left, right, top, bottom } = size
  const floor = height - bottom
  const isFalling = (points[0]?.strength ?? 0) > (points.at(-1)?.strength ?? 0)
  const ends = { from: left + 12, to: width - right - 12 }
  const x = niceScale({
    values: points.map(({ strength }) => strength),
    from: isFalling ? ends.to : ends.from,
    to: isFalling ? ends.from : ends.to,
  })
  const y = verticalScale(input, { from: floor, to: top })
  const path = points
    .map((p, index) => `${index === 0 ? 'M' : 'L'}${f(x.at(p.strength))} ${f(y.at(p.value))}`)
    .join('')
  const bars = points.map(
    (p) =>
      `<path class="whisker" d="M${f(x.at(p.strength))} ${f(y.at(p.low))}V${f(y.at(p.high))}"/>`,
  )
  const marks = points.map((p) =>
    mark({ letter: p.letter, x: x.at(p.strength), y: y.at(p.value), title: p.title }),
  )
  const label = `${title}. ${points.map((p) => p.title).join('. ')}`
  const name = `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${escapeHtml(sweep.param)}</text>`
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escapeHtml(label)}">${axes(x, y)}${name}<path class="curve" d="${path}"/>${bars.join('')}${marks.join('')}</svg>`
}

function verticalScale(
  {
    points,
    row,
    isLog,
  }: {
    readonly points: readonly Point[]
    readonly row: ComparisonRow
    readonly isLog: boolean
  },
  ends: { readonly from: number; readonly to: number },
): Scale {
  const values = points.flatMap(({ low, high }) => [low, high])
  if (isLog) return logScale({ ...ends, values })
  return isShare(row.metric.unit)
    ? niceScale({ ...ends, values, start: 0, atMost: 100, ticks: 4 })
    : niceScale({ ...ends, values, ticks: 4 })
}

function axes(x: Scale, y: Scale): string {
  const { width, height, left, right, top, bottom } = size
  const floor = height - bottom
  const across = x.ticks.map(
    (tick) =>
      `<line class="axis" x1="${f(x.at(tick))}" x2="${f(x.at(tick))}" y1="${top}" y2="${floor}"/><text class="tick" x="${f(x.at(tick))}" y="${floor + 15}" text-anchor="middle">${x.textOf(tick)}</text>`,
  )
  const up = y.ticks.map((tick) => {
    return `<line class="axis" x1="${left}" x2="${width - right}" y1="${f(y.at(tick))}" y2="${f(y.at(tick))}"/><text class="tick" x="${left - 8}" y="${f(y.at(tick) + 4)}" text-anchor="end">${y.textOf(tick)}</text>`
  })
  return across.join('') + up.join('')
}
