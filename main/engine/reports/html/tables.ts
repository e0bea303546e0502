/** The figures as tables: everything a chart shows, for those who read rather than look. */
import type { Comparison, ComparisonRow } from '#contract/comparisons'
import {
  detectableText,
  differenceText,
  estimateText,
  formatNumber,
  pText,
} from '../../comparison/wording.ts'
import { escapeHtml } from '../escape.ts'
import { letterLabel, nameLabel } from './marks.ts'

export function figuresTable(comparison: Comparison, row: ComparisonRow): string {
  const lines = row.cells.map((cell, index) => {
    const name = nameLabel(comparison.columns[index])
    if (cell === null) return `<tr><td>${name}</td><td colspan="5" class="soft">not run</td></tr>`
    return `<tr><td>${name}</td>${estimateCells(cell.estimate, row)}${differenceCells(cell.difference, row)}</tr>`
  })
  return `<h3>${escapeHtml(row.metric.title)} on ${escapeHtml(row.suiteTitle)}, ${escapeHtml(row.judge)}</h3>
<div class="wide"><table><thead><tr><th>Configuration</th><th>Value</th><th>n</th><th>Difference to A</th><th>Holm</th><th>Flips</th><th>Result</th></tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`
}

type Cell = NonNullable<ComparisonRow['cells'][number]>

function estimateCells(estimate: Cell['estimate'], row: ComparisonRow): string {
  const { value, interval } = estimateText(estimate, row.metric.unit)
  const left = [
    ...(estimate.unscored > 0 ? [`${formatNumber(estimate.unscored)} not judged`] : []),
    ...(estimate.errored > 0 ? [`${formatNumber(estimate.errored)} failed`] : []),
  ]
  const n = `${formatNumber(estimate.n)}${left.length === 0 ? '' : `<br><span class="n">${left.join(', ')}</span>`}`
  return `<td>${value} <span class="n">${interval}</span></td><td>${n}</td>`
}

function differenceCells(difference: Cell['difference'], row: ComparisonRow): string {
  if (difference === null) return '<td></td><td></td><td></td><td class="soft">baseline</td>'
  const { unit } = row.metric
  const { value, interval } = differenceText(difference, unit)
  const flips =
    difference.raised === null || difference.lowered === null
      ? ''
      : `${formatNumber(difference.raised)} up, ${formatNumber(difference.lowered)} down`
  const seen = detectableText(difference, unit)
  const quiet =
    seen === null ? '' : `<br><span class="n">could have seen ${escapeHtml(seen)}</span>`
  return `<td>${value} <span class="n">${interval}</span></td><td>${escapeHtml(pText(difference.pHolm))}</td><td>${flips}</td>${
    difference.isDetected
      ? `<td class="detected">${resultWord(difference.value, row)}</td>`
      : `<td class="soft">not detected${quiet}</td>`
  }`
}

/** Sign and word, so that colour is never needed. */
function resultWord(value: number, row: ComparisonRow): string {
  const { better } = row.metric
  if (better === 'neither') return 'changed'
  return value > 0 === (better === 'higher') ? '✓ better' : '✕ worse'
}

/** With more columns than this a table of intervals is wider than a page. */
const mostWithIntervals = 5

/** Figures by category, configurations across. */
export function categoryTable(comparison: Comparison, row: ComparisonRow): string {
  const parts = comparison.breakdowns.filter(
    ({ suiteId, metric, judge }) =>
      suiteId === row.suiteId && metric === row.metric.name && judge === row.judge,
  )
  if (parts.length === 0) return ''
  const isNarrow = comparison.columns.length > mostWithIntervals
  const lines = parts.map(({ category, cells }) => {
    const figures = cells.map((estimate) => {
      if (estimate === null) return '<td></td>'
      const { value, interval } = estimateText(estimate, row.metric.unit)
      // The heading names the unit; a column of figures need not repeat it.
      const number = value.replace(/ nats$/, '')
      return `<td>${number}${isNarrow ? '' : ` <span class="n">${interval}</span>`}</td>`
    })
    const n = Math.max(0, ...cells.map((estimate) => estimate?.n ?? 0))
    return `<tr><td>${escapeHtml(category)}</td><td>${formatNumber(n)}</td>${figures.join('')}</tr>`
  })
  const unit = row.metric.unit === 'nats' ? ', nats' : ''
  return `<h3>${escapeHtml(row.metric.title)} on ${escapeHtml(row.suiteTitle)} by category${unit}, ${escapeHtml(row.judge)}</h3>
<div class="wide"><table><thead><tr><th>Category</th><th>n</th>${comparison.columns.map(({ letter }) => `<th>${letterLabel(letter)}</th>`).join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div>${isNarrow ? '<p class="n">No room for the intervals here; the JSON export holds them.</p>' : ''}`
}
