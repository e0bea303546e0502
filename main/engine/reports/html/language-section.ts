/** Which languages suffer: a heat table for each metric, and how unevenly each configuration treats them. */
import type { Comparison } from '#contract/comparisons'
import type { NluErrors } from '#contract/nlu-errors'
import { escapeHtml } from '../escape.ts'
import { languageTables, type LanguageCell, type LanguageTable } from '../languages.ts'
import { nluErrorTables } from '../nlu-errors.ts'
import { heatColor, textTable } from './curve-sections.ts'
import { letterLabel } from './marks.ts'

/** Empty for a comparison without locales. */
export function languageSection(comparison: Comparison): string {
  const tables = languageTables(comparison)
  return tables.length === 0 ? '' : `<h2>Languages</h2>\n${tables.map(languageTable).join('\n')}\n`
}

/** Confused intents, slots and domains; empty without utterances. */
export function nluErrorSection(
  comparison: Comparison,
  errors: readonly NluErrors[] | undefined,
): string {
  const tables = nluErrorTables(comparison, errors)
  if (tables.length === 0) return ''
  return `<h2>What goes wrong with utterances</h2>\n${tables.map(textTable).join('\n')}\n`
}

function languageTable({ title, note, letters, rows, spread }: LanguageTable): string {
  const lines = rows.map(
    ({ locale, language, script, family, cells }) =>
      `<tr><td>${escapeHtml(language)} <span class="n">${escapeHtml(locale)}, ${escapeHtml(script)}; ${escapeHtml(family)}</span></td>${cells.map(languageCell).join('')}</tr>`,
  )
  const even = spread.rows.length === 0 ? '' : textTable(spread)
  return `${even}<h3>${escapeHtml(title)}</h3><p class="n">${escapeHtml(note)} Deeper colour: a larger change, orange worse, green better; no colour where the interval of the change holds zero.</p>
<div class="wide"><table class="heat"><thead><tr><th>Language</th>${letters.map((letter) => `<th>${letterLabel(letter)}</th>`).join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`
}

function languageCell(cell: LanguageCell | null): string {
  if (cell === null) return '<td class="soft">not run</td>'
  const { value, interval, change, changeInterval, isDetected, harm } = cell
  const second =
    change === ''
      ? ''
      : `<br>${isDetected ? `<b>${escapeHtml(change)}*</b>` : escapeHtml(change)} <span class="n">${escapeHtml(changeInterval)}</span>`
  return `<td${heatColor(harm)}>${escapeHtml(value)} <span class="n">${escapeHtml(interval)}</span>${second}</td>`
}
