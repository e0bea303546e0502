/** The report as one HTML file: no script, no outside file, readable offline and in print. */
import type { Comparison, ComparisonRow } from '#contract/comparisons'
import { formatNumber } from '../../comparison/wording.ts'
import { firstJudges } from '../curves.ts'
import { escapeHtml } from '../escape.ts'
import { factsOfColumn, factsOfJudges, factsOfSuites, methodNotes, type Fact } from '../facts.ts'
import { leftOutNote, mainColumns } from '../main-columns.ts'
import { planYaml } from '../plan-yaml.ts'
import { toneWords } from '../tone-words.ts'
import type { ReportOptions, ReportWriter } from '../types.ts'
import { curveSections } from './curve-sections.ts'
import { dotPlotFigure } from './dot-plot.ts'
import { languageSection, nluErrorSection } from './language-section.ts'
import { nameLabel } from './marks.ts'
import { planeFigure } from './plane.ts'
import { sampleDetails } from './samples.ts'
import { style } from './style.ts'
import { categoryTable, figuresTable } from './tables.ts'

/** More folded samples than this make a slow page; CSV and JSON hold all of them. */
export const mostSamples = 1000

export function htmlWriter(options: ReportOptions): ReportWriter {
  const { comparison, includeAnswers } = options
  return {
    head: () => head(options),
    sample: (sample, position) =>
      position < mostSamples ? sampleDetails({ comparison, sample, includeAnswers }) : '',
    foot: (count) => foot(comparison, count),
  }
}

function head({ comparison, includeAnswers, agreements = [], nluErrors }: ReportOptions): string {
  const title = escapeHtml(comparison.title)
  const when = new Date(comparison.createdAt).toISOString().slice(0, 16).replace('T', ' ')
  const shown = mainColumns(comparison)
  const first = firstJudges(shown.rows)
  const leftOut = leftOutNote(comparison, shown)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${title}</h1>
<p class="soft">Activation-level interventions compared by Actbench, ${when} UTC.</p>
<ul class="key">${shown.columns.map((column) => `<li>${nameLabel(column)}${column.isBaseline ? ' <span class="soft">(baseline)</span>' : ''}</li>`).join('')}</ul>${leftOut === '' ? '' : `<p class="soft">${leftOut}</p>`}</header>
<main>
<h2>What changed, and is it real</h2>
${verdictList(comparison)}
<div class="charts">${planeFigure(shown)}${first.map((row) => dotPlotFigure(shown, row)).join('\n')}</div>
<h2>Figures</h2>
${shown.rows.map((row) => figuresTable(shown, row)).join('\n') || '<p>Nothing was measured.</p>'}
${whereSection(shown, first)}
${languageSection(shown)}${nluErrorSection(comparison, nluErrors)}${curveSections(comparison, agreements)}<h2>Show me</h2>
<p class="soft">${includeAnswers ? 'Prompts and answers are folded: they can be harmful or offensive. They are untrusted text of data sets and models.' : 'Prompts and answers were left out of this report; labels only.'}</p>
`
}

function verdictList({ verdict }: Comparison): string {
  if (verdict.length === 0) return '<p>There is nothing to compare: one configuration only.</p>'
  const items = verdict.map(
    ({ tone, text }) =>
      `<li class="${tone}"><b>${toneWords[tone].sign} ${toneWords[tone].word}</b><span>${keepTogether(escapeHtml(text))}</span></li>`,
  )
  return `<ul class="verdict">${items.join('\n')}</ul>`
}

/** No line break between a count or p and its number. */
function keepTogether(html: string): string {
  return html.replace(/\b([np]) (&lt; )?(?=\d)/g, (_, name: string, below?: string) =>
    below === undefined ? `${name}&nbsp;` : `${name}&nbsp;&lt;&nbsp;`,
  )
}

function whereSection(comparison: Comparison, rows: readonly ComparisonRow[]): string {
  const tables = rows.map((row) => categoryTable(comparison, row)).join('\n')
  return tables.trim() === '' ? '' : `<h2>Where</h2>\n${tables}`
}

function foot(comparison: Comparison, count: number): string {
  const shown = mainColumns(comparison)
  const more =
    count > mostSamples
      ? `<p>Only the first ${formatNumber(mostSamples)} of ${formatNumber(count)} samples are shown; the CSV and JSON exports hold all.</p>`
      : count === 0
        ? '<p>No samples were included.</p>'
        : ''
  return `${more}
<h2>How it was made</h2>
${shown.columns.map((column) => `<h3>${nameLabel(column)}</h3>${factList(factsOfColumn(column))}`).join('\n')}
${factsOfSuites(shown)
  .map(({ title, facts }) => `<h3>${escapeHtml(title)}</h3>${factList(facts)}`)
  .join('\n')}
<h3>Judges</h3>${factList(factsOfJudges(comparison.rows))}
<h3>Methods</h3><ul>${methodNotes(comparison)
    .map((note) => `<li>${escapeHtml(note)}</li>`)
    .join('')}</ul>
<h3>How to repeat</h3><p>Save as <code>plan.yaml</code> and run <code>actbench run plan.yaml</code>.</p>
<pre>${escapeHtml(planYaml(comparison))}</pre>
</main>
</body>
</html>
`
}

function factList(facts: readonly Fact[]): string {
  return `<dl>${facts.map(({ name, text }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`).join('')}</dl>`
}
