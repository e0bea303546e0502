/** The report as Markdown: plain tables, everything escaped, answers in fenced blocks. */
import type { Agreement, Comparison, ComparisonRow } from '#contract/comparisons'
import { differenceText, estimateText, formatNumber, pText } from '../comparison/wording.ts'
import { nameOf } from '../comparison/verdict.ts'
import { suiteOf } from './csv.ts'
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
} from './curves.ts'
import { escapeMarkdown, fencedBlock } from './escape.ts'
import { factsOfColumn, factsOfJudges, factsOfSuites, methodNotes, type Fact } from './facts.ts'
import { languageTables, type LanguageCell, type LanguageTable } from './languages.ts'
import { leftOutNote, mainColumns } from './main-columns.ts'
import { nluErrorTables } from './nlu-errors.ts'
import { planYaml } from './plan-yaml.ts'
import { toneWords } from './tone-words.ts'
import type { ReportOptions, ReportSample, ReportWriter } from './types.ts'

/** More samples than this make a document that nobody opens; CSV and JSON hold all of them. */
export const mostSamples = 500

export function markdownWriter({
  comparison,
  includeAnswers,
  agreements = [],
  nluErrors = [],
}: ReportOptions): ReportWriter {
  const shown = mainColumns(comparison)
  return {
    head: () =>
      [
        `# ${escapeMarkdown(comparison.title)}\n`,
        `Activation-level interventions compared by Actbench, ${new Date(comparison.createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC.\n`,
        section('What changed, and is it real', verdictList(comparison)),
        section(
          'Figures',
          [
            leftOutNote(comparison, shown),
            ...shown.rows.map((row) => figuresTable(shown, row)),
          ].join('\n\n'),
        ),
        section('Where', whereTables(shown)),
        section('Languages', languageTables(shown).map(languageText).join('\n')),
        section(
          'What goes wrong with utterances',
          nluErrorTables(comparison, nluErrors).map(textTable).join('\n'),
        ),
        ...curveSections(comparison, agreements),
        '## Show me\n',
        includeAnswers ? '' : 'Prompts and answers were left out of this report.\n',
      ].join('\n'),
    sample: (sample, position) =>
      position < mostSamples ? sampleText({ comparison, sample, includeAnswers }) : '',
    foot: (count) =>
      [
        count === 0 ? 'No samples were included.\n' : '',
        count > mostSamples
          ? `Only the first ${formatNumber(mostSamples)} of ${formatNumber(count)} samples are shown; the CSV and JSON exports hold all.\n`
          : '',
        section('How it was made', backgroundText(comparison)),
      ].join('\n'),
  }
}

function section(title: string, body: string): string {
  return body.trim() === '' ? '' : `## ${title}\n\n${body}`
}

function curveSections(comparison: Comparison, agreements: readonly Agreement[]): string[] {
  const pareto = paretoTable(comparison)
  const agreement = agreementTable(agreements)
  return [
    section('How strong', sweepTables(comparison).map(textTable).join('\n')),
    section('What is worth its price', pareto === null ? '' : textTable(pareto)),
    section('Which layers', heatMaps(comparison).map(heatTable).join('\n')),
    section('Why: activation space', analysisTables(comparison).map(textTable).join('\n')),
    section('Do the judges agree', agreement === null ? '' : textTable(agreement)),
  ]
}

function textTable({ title, note, head, rows }: TextTable): string {
  const text = note === '' ? '' : `${escapeMarkdown(note)}\n\n`
  const cells = rows.map((row) => row.map(escapeMarkdown))
  return `### ${escapeMarkdown(title)}\n\n${text}${table(head.map(escapeMarkdown), cells)}`
}

function languageText({ title, note, letters, rows, spread }: LanguageTable): string {
  const lines = rows.map(({ locale, language, script, family, cells }) => [
    `${escapeMarkdown(language)} (${locale})`,
    escapeMarkdown(script),
    escapeMarkdown(family),
    ...cells.map(languageCell),
  ])
  const head = ['Language', 'Script', 'Family', ...letters]
  const even = spread.rows.length === 0 ? '' : `${textTable(spread)}\n`
  return `${even}### ${escapeMarkdown(title)}\n\n${escapeMarkdown(note)}\n\n${table(head, lines)}`
}

function languageCell(cell: LanguageCell | null): string {
  if (cell === null) return ''
  const { value, interval, change, changeInterval, isDetected } = cell
  const second = change === '' ? '' : `, ${change}${isDetected ? '*' : ''} ${changeInterval}`
  return escapeMarkdown(`${value} ${interval}${second}`)
}

/** Numbers alone: where the interval holds zero, the number stands in brackets. */
function heatTable({ title, layers, lines, all }: HeatMap): string {
  const rows = layers.map((layer, index) => [
    String(layer),
    ...lines.map(({ cells }) => heatText(cells[index] ?? null)),
  ])
  const last =
    all === null ? [] : [['all layers and inputs', heatText(all), ...lines.slice(1).map(() => '')]]
  return `### ${escapeMarkdown(title)}\n\nIn brackets: the 95% interval holds zero.\n\n${table(
    ['Layer', ...lines.map(({ input }) => escapeMarkdown(input))],
    [...rows, ...last],
  )}`
}

function heatText(cell: HeatCell | null): string {
  if (cell === null) return ''
  return escapeMarkdown(cell.harm === 0 ? `(${cell.value})` : `${cell.value} ${cell.interval}`)
}

function verdictList({ verdict }: Comparison): string {
  return verdict
    .map(({ tone, text }) => `- **${toneWords[tone].word}**: ${escapeMarkdown(text)}\n`)
    .join('')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}

function figuresTable(comparison: Comparison, row: ComparisonRow): string {
  const { unit } = row.metric
  const rows = row.cells.flatMap((cell, index) => {
    if (cell === null) return []
    const estimate = estimateText(cell.estimate, unit)
    const { difference } = cell
    const change = difference === null ? null : differenceText(difference, unit)
    return [
      [
        escapeMarkdown(nameOf(comparison.columns[index])),
        estimate.value,
        `\\${estimate.interval || '–'}`.replace(/^\\–$/, '–'),
        formatNumber(cell.estimate.n),
        change === null ? '' : `${change.value} \\${change.interval}`,
        difference === null ? '' : pText(difference.pHolm).replace('<', '&lt;'),
        difference === null ? 'baseline' : difference.isDetected ? 'detected' : 'not detected',
      ],
    ]
  })
  const head = ['Configuration', row.metric.title, '95% interval', 'n', 'Difference', 'Holm', '']
  return `### ${escapeMarkdown(row.metric.title)} on ${escapeMarkdown(row.suiteTitle)}, ${escapeMarkdown(row.judge)}\n\n${table(head, rows)}`
}

/** Categories of each metric's first judge. */
function whereTables(comparison: Comparison): string {
  return firstJudges(comparison.rows)
    .map((row) => {
      const parts = comparison.breakdowns.filter(
        ({ suiteId, metric, judge }) =>
          suiteId === row.suiteId && metric === row.metric.name && judge === row.judge,
      )
      if (parts.length === 0) return ''
      const head = ['Category', ...comparison.columns.map(({ letter }) => letter)]
      const rows = parts.map(({ category, cells }) => [
        escapeMarkdown(category),
        ...cells.map((estimate) => {
          if (estimate === null) return ''
          const { value, interval } = estimateText(estimate, row.metric.unit)
          return `${value} \\${interval || '–'} n ${formatNumber(estimate.n)}`.replace('\\–', '–')
        }),
      ])
      return `### ${escapeMarkdown(row.metric.title)} on ${escapeMarkdown(row.suiteTitle)} by category, ${escapeMarkdown(row.judge)}\n\n${table(head, rows)}\n`
    })
    .join('')
}

function sampleText(input: {
  comparison: Comparison
  sample: ReportSample
  includeAnswers: boolean
}): string {
  const { comparison, sample, includeAnswers } = input
  const place = [suiteOf(comparison, sample), sample.category ?? ''].filter((part) => part !== '')
  const title = `### ${escapeMarkdown(sample.sampleId)}${place.length === 0 ? '' : ` (${escapeMarkdown(place.join(', '))})`}${sample.isFlip ? ', changed' : ''}\n`
  const answers = sample.answers.flatMap((answer, index) => {
    if (answer === null) return []
    const labels = answer.scores
      .map(({ scorer, variant, label }) => `${scorer} (${variant}): ${label}`)
      .join('; ')
    const told = answer.errorMessage === null ? labels : `failed: ${answer.errorMessage}`
    const text = includeAnswers && answer.answer !== null ? `\n${fencedBlock(answer.answer)}` : ''
    return [
      `- **${escapeMarkdown(nameOf(comparison.columns[index]))}**: ${escapeMarkdown(told)}\n${text}`,
    ]
  })
  const prompt = includeAnswers ? `\nPrompt:\n\n${fencedBlock(sample.prompt)}` : ''
  return `${title}${prompt}\n${answers.join('\n')}\n`
}

function backgroundText(comparison: Comparison): string {
  const shown = mainColumns(comparison)
  return [
    ...shown.columns.map((column) => factList(nameOf(column), factsOfColumn(column))),
    ...factsOfSuites(shown).map(({ title, facts }) => factList(title, facts)),
    factList('Judges', factsOfJudges(comparison.rows)),
    `### Methods\n\n${methodNotes(comparison)
      .map((note) => `- ${escapeMarkdown(note)}\n`)
      .join('')}`,
    `### How to repeat\n\nSave as \`plan.yaml\` and run \`actbench run plan.yaml\`.\n\n${fencedBlock(planYaml(comparison))}`,
  ].join('\n')
}

function factList(title: string, facts: readonly Fact[]): string {
  const items = facts.map(
    ({ name, text }) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(text)}\n`,
  )
  return `### ${escapeMarkdown(title)}\n\n${items.join('')}`
}
