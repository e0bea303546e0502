/**
 * The plane of attack success against over-refusal, with intervals and arrows from the baseline: a configuration that is
 * "safer" because it refuses everything moves right and down, one that lost its refusals moves up and left.
 */
import type { Comparison, ComparisonRow } from '#contract/comparisons'
import { estimateText } from '../../comparison/wording.ts'
import { nameOf } from '../../comparison/verdict.ts'
import { escapeHtml } from '../escape.ts'
import { f, mark } from './marks.ts'
import { niceScale, type Scale } from './scale.ts'

const size = { width: 520, height: 380, left: 62, right: 16, top: 14, bottom: 50 }

interface Point {
  readonly letter: string
  readonly name: string
  readonly isBaseline: boolean
  readonly x: Range
  readonly y: Range
  readonly title: string
}

interface Range {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The figure, or nothing when the comparison lacks one of the two metrics for at least one configuration. */
export function planeFigure(comparison: Comparison): string {
  const attack = comparison.rows.find(({ metric }) => metric.name === 'attack_success')
  const refusal = comparison.rows.find(({ metric }) => metric.name === 'over_refusal')
  if (attack === undefined || refusal === undefined) return ''
  const points = comparison.columns.flatMap((column, index): Point[] => {
    const x = rangeOf(refusal, index)
    const y = rangeOf(attack, index)
    if (x === null || y === null) return []
    const title = `${nameOf(column)}: attack success ${textOf(attack, index)}, over-refusal ${textOf(refusal, index)}`
    return [
      { letter: column.letter, name: column.name, isBaseline: column.isBaseline, x, y, title },
    ]
  })
  if (points.length === 0) return ''
  const title = 'Attack success against over-refusal'
  return `<figure><h3>${title}</h3>${drawing(points, title, { attack, refusal })}<figcaption>95% intervals; arrows lead from the baseline. Up: harmful requests are answered. Right: harmless ones are refused. Bottom left is best. Attack success on ${escapeHtml(attack.suiteTitle)} by ${escapeHtml(attack.judge)}, over-refusal on ${escapeHtml(refusal.suiteTitle)} by ${escapeHtml(refusal.judge)}.</figcaption></figure>`
}

function rangeOf(row: ComparisonRow, index: number): Range | null {
  const estimate = row.cells[index]?.estimate
  if (estimate === undefined || estimate.value === null) return null
  const { value, low, high } = estimate
  return { value: value * 100, low: (low ?? value) * 100, high: (high ?? value) * 100 }
}

function textOf(row: ComparisonRow, index: number): string {
  const estimate = row.cells[index]?.estimate
  if (estimate === undefined) return ''
  const { value, interval } = estimateText(estimate, row.metric.unit)
  return `${value} ${interval} (n ${estimate.n})`
}

function drawing(
  points: readonly Point[],
  title: string,
  rows: { attack: ComparisonRow; refusal: ComparisonRow },
): string {
  const { width, height, left, right, top, bottom } = size
  const shared = { start: 0, atMost: 100 }
  const x = niceScale({
    ...shared,
    values: points.map((p) => p.x.high),
    from: left,
    to: width - right,
  })
  const y = niceScale({
    ...shared,
    values: points.map((p) => p.y.high),
    from: height - bottom,
    to: top,
  })
  const base = points.find(({ isBaseline }) => isBaseline)
  const arrows = points
    .filter((point) => base !== undefined && point !== base)
    .map((point) => arrow({ from: base ?? point, to: point, x, y }))
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escapeHtml(`${title}. ${points.map((p) => p.title).join('. ')}`)}">
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L8 4L0 8Z"/></marker></defs>
${axes(x, y, rows)}${points.map((point) => whiskers(point, x, y)).join('')}${arrows.join('')}${[
    ...points,
  ]
    .reverse()
    .map((p) => mark({ letter: p.letter, x: x.at(p.x.value), y: y.at(p.y.value), title: p.title }))
    .join('')}</svg>`
}

function axes(x: Scale, y: Scale, rows: { attack: ComparisonRow; refusal: ComparisonRow }): string {
  const { width, height, left, right, top, bottom } = size
  const floor = height - bottom
  const vertical = x.ticks.map(
    (tick) =>
      `<line class="axis" x1="${f(x.at(tick))}" x2="${f(x.at(tick))}" y1="${top}" y2="${floor}"/><text class="tick" x="${f(x.at(tick))}" y="${floor + 16}" text-anchor="middle">${x.textOf(tick)}</text>`,
  )
  const horizontal = y.ticks.map(
    (tick) =>
      `<line class="axis" x1="${left}" x2="${width - right}" y1="${f(y.at(tick))}" y2="${f(y.at(tick))}"/><text class="tick" x="${left - 8}" y="${f(y.at(tick) + 4)}" text-anchor="end">${y.textOf(tick)}</text>`,
  )
  const names = `<text x="${(left + width - right) / 2}" y="${height - 12}" text-anchor="middle">Over-refusal on ${escapeHtml(rows.refusal.suiteTitle)}, %</text><text transform="translate(16 ${(top + floor) / 2}) rotate(-90)" text-anchor="middle">Attack success on ${escapeHtml(rows.attack.suiteTitle)}, %</text>`
  return vertical.join('') + horizontal.join('') + names
}

function whiskers({ x: across, y: up }: Point, x: Scale, y: Scale): string {
  const cx = f(x.at(across.value))
  const cy = f(y.at(up.value))
  return `<path class="whisker" d="M${f(x.at(across.low))} ${cy}H${f(x.at(across.high))}M${cx} ${f(y.at(up.low))}V${f(y.at(up.high))}"/>`
}

/** From edge to edge of the marks, not centre to centre; none where they overlap. */
function arrow(input: { from: Point; to: Point; x: Scale; y: Scale }): string {
  const { from, to, x, y } = input
  const start = { x: x.at(from.x.value), y: y.at(from.y.value) }
  const end = { x: x.at(to.x.value), y: y.at(to.y.value) }
  const length = Math.hypot(end.x - start.x, end.y - start.y)
  const gap = 12
  if (length < 2 * gap + 6) return ''
  const unit = { x: (end.x - start.x) / length, y: (end.y - start.y) / length }
  return `<line class="arrow" marker-end="url(#head)" x1="${f(start.x + unit.x * gap)}" y1="${f(start.y + unit.y * gap)}" x2="${f(end.x - unit.x * gap)}" y2="${f(end.y - unit.y * gap)}"/>`
}
