/** Strengths, the Pareto front, layer maps, activation space and agreement as sections of the HTML report. */
import type { Agreement, Comparison } from '#contract/comparisons'
import {
  agreementTable,
  analysisTables,
  firstJudges,
  heatMaps,
  paretoTable,
  sweepTables,
  type HeatCell,
  type HeatMap,
  type TextTable,
} from '../curves.ts'
import { escapeHtml } from '../escape.ts'
import { curveFigure } from './curve-plot.ts'

/** Empty for a comparison that has none of them. */
export function curveSections(comparison: Comparison, agreements: readonly Agreement[]): string {
  const pareto = paretoTable(comparison)
  const agreement = agreementTable(agreements)
  return [
    section('How strong', strengths(comparison)),
    section('What is worth its price', pareto === null ? '' : textTable(pareto)),
    section('Which layers', heatMaps(comparison).map(heatTable).join('\n')),
    section('Why: activation space', analysisTables(comparison).map(textTable).join('\n')),
    section('Do the judges agree', agreement === null ? '' : textTable(agreement)),
  ].join('')
}

function section(title: string, body: string): string {
  return body.trim() === '' ? '' : `<h2>${title}</h2>\n${body}\n`
}

function strengths(comparison: Comparison): string {
  const tables = sweepTables(comparison)
  return comparison.sweeps
    .map((sweep, index) => {
      const figures = firstJudges(comparison.rows).map((row) =>
        curveFigure({ comparison, sweep, row }),
      )
      return `<div class="charts">${figures.join('\n')}</div>${textTable(tables[index])}`
    })
    .join('\n')
}

export function textTable({ title, note, head, rows }: TextTable): string {
  const lines = rows.map(
    (cells) => `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  )
  return `<h3>${escapeHtml(title)}</h3>${note === '' ? '' : `<p class="n">${escapeHtml(note)}</p>`}
<div class="wide"><table class="text"><thead><tr>${head.map((cell) => `<th>${escapeHtml(cell)}</th>`).join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`
}

/** Layers down, kinds of input across: a model has more layers than a page has room for columns. */
function heatTable({ title, layers, lines, all }: HeatMap): string {
  const body = layers.map(
    (layer, index) =>
      `<tr><td>${layer}</td>${lines.map(({ cells }) => heatCell(cells[index] ?? null)).join('')}</tr>`,
  )
  const last =
    all === null ? '' : `<tr><td>all layers and inputs</td>${heatCell(all, lines.length)}</tr>`
  return `<h3>${escapeHtml(title)}</h3><p class="n">Deeper colour: a larger change, orange worse, green better; no colour where the 95% interval holds zero.</p>
<div class="wide"><table class="heat"><thead><tr><th>Layer</th>${lines.map(({ input }) => `<th>${escapeHtml(input)}</th>`).join('')}</tr></thead><tbody>${body.join('\n')}${last}</tbody></table></div>`
}

function heatCell(cell: HeatCell | null, span = 1): string {
  if (cell === null) return '<td class="soft">not run</td>'
  return `<td${span === 1 ? '' : ` colspan="${span}"`}${heatColor(cell.harm)}>${escapeHtml(cell.value)} <span class="n">${escapeHtml(cell.interval)}</span></td>`
}

/** Attribute for a cell: deeper for a larger change, none for 0. */
export function heatColor(harm: number): string {
  const depth = Math.round(Math.abs(harm) * 100)
  const side = harm > 0 ? 'bad' : 'good'
  if (depth === 0) return ''
  return ` style="background: color-mix(in srgb, var(--${side}-heat) ${depth}%, transparent)"`
}
