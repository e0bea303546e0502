/**
 * CSV by RFC 4180: one row per sample and configuration, or one per aggregate figure. Text that a spreadsheet would run as
 * a formula gets an apostrophe in front; numbers are written as numbers.
 */
import Papa from 'papaparse'
import type { Comparison, ComparisonRow } from '#contract/comparisons'
import type { NluErrors } from '#contract/nlu-errors'
import type { Score } from '#contract/suites'
import { metricOf } from '../comparison/metric-order.ts'
import { visible } from './escape.ts'
import { rowOfTable } from './languages.ts'
import { categoryOf } from './nlu-errors.ts'
import type { ReportOptions, ReportSample, ReportWriter } from './types.ts'

type Cell = string | number | boolean | null

/** Spaces before the sign do not stop a spreadsheet; full-width signs count in some locales. */
const formula = /^\s*[=+\-@\t\r＝＋－＠]/

function line(cells: readonly Cell[]): string {
  const texts = cells.map((cell) => (typeof cell === 'string' ? visible(cell) : cell))
  return `${Papa.unparse([texts], { escapeFormulae: formula, newline: '\r\n' })}\r\n`
}

interface ScoreColumn {
  readonly scorer: string
  readonly variant: string
  /** Null: the one score that this judge gives to a sample, whatever its name. */
  readonly metric: string | null
  readonly title: string
}

/** One row per sample and configuration, its scores and labels as columns. */
export function csvWriter({ comparison, includeAnswers }: ReportOptions): ReportWriter {
  const scoreColumns = listScoreColumns(comparison.rows)
  const head = [
    'suite',
    'sample',
    'index',
    'category',
    'expectation',
    'flip',
    'letter',
    'configuration',
    'configuration_hash',
    'baseline',
    ...scoreColumns.flatMap(({ title }) => [title, `${title} label`]),
    'new_tokens',
    'first_divergence',
    'error',
    ...(includeAnswers ? ['prompt', 'answer'] : []),
  ]
  return {
    head: () => line(head),
    sample: (sample) =>
      comparison.columns
        .map((_, index) => sampleLine({ comparison, sample, index, scoreColumns, includeAnswers }))
        .join(''),
    foot: () => '',
  }
}

/**
 * Judges of the rows; a score's own name is left to the expectation of its sample (attack success or over-refusal), unless the judge
 * gives several to one sample: then each has a column.
 */
function listScoreColumns(rows: readonly ComparisonRow[]): ScoreColumn[] {
  const columns = new Map<string, ScoreColumn>()
  for (const { suiteId, scorer, variant, judge, metric } of rows) {
    const isOnly = rows.filter((row) => row.suiteId === suiteId && row.judge === judge).length === 1
    const title = isOnly ? judge : `${judge} ${metric.name}`
    columns.set(title, { scorer, variant, metric: isOnly ? null : metric.name, title })
  }
  return [...columns.values()]
}

function sampleLine(input: {
  comparison: Comparison
  sample: ReportSample
  index: number
  scoreColumns: readonly ScoreColumn[]
  includeAnswers: boolean
}): string {
  const { comparison, sample, index, scoreColumns, includeAnswers } = input
  const answer = sample.answers[index] ?? null
  if (answer === null) return ''
  const column = comparison.columns[index]
  const scores = scoreColumns.flatMap(({ scorer, variant, metric }): Cell[] => {
    const score = answer.scores.find(
      (one) =>
        one.scorer === scorer &&
        one.variant === variant &&
        (metric === null || metricOf(one.name).name === metric),
    )
    return score === undefined ? [null, null] : [score.value, labelOf(score)]
  })
  return line([
    suiteOf(comparison, sample),
    sample.sampleId,
    sample.index,
    sample.category,
    sample.expectation,
    sample.isFlip,
    column.letter,
    column.name,
    column.hash,
    column.isBaseline,
    ...scores,
    answer.newTokens,
    answer.firstDivergence,
    answer.errorMessage,
    ...(includeAnswers ? [sample.prompt, answer.answer] : []),
  ])
}

function labelOf(score: Score): string {
  return score.label
}

/** A comparison of one suite need not say which. */
export function suiteOf({ suites }: Comparison, sample: ReportSample): string {
  return sample.suiteId ?? (suites.length === 1 ? (suites[0]?.id ?? '') : '')
}

const figureHead = [
  'suite',
  'suite_version',
  'metric',
  'unit',
  'better',
  'judge',
  'category',
  'letter',
  'configuration',
  'configuration_hash',
  'baseline',
  'value',
  'low',
  'high',
  'n',
  'unscored',
  'errored',
  'method',
  'difference',
  'difference_low',
  'difference_high',
  'pairs',
  'p',
  'p_holm',
  'detected',
  'detectable',
  'raised',
  'lowered',
  'difference_method',
  'layer',
  'input',
]

/** `activation-sparsity.sparsity`, each once, in the order of the sweeps. */
function sweptParams({ sweeps }: Comparison): string[] {
  return [...new Set(sweeps.map(({ interventionId, param }) => `${interventionId}.${param}`))]
}

/**
 * All aggregate figures, one row each: whole suites first (category empty), then categories and locales, then intents, slots and domains. Each parameter that is swept has a
 * column with the strength of the configuration; it is empty where the configuration is no point of such a sweep.
 */
export function figuresCsv(comparison: Comparison, nluErrors: readonly NluErrors[] = []): string {
  const rows = comparison.rows.flatMap((row) =>
    row.cells.flatMap((cell, index) =>
      cell === null ? [] : [figureLine({ comparison, row, index, category: null, ...cell })],
    ),
  )
  const parts = comparison.breakdowns.flatMap((breakdown) => {
    const row = comparison.rows.find(
      (one) =>
        one.suiteId === breakdown.suiteId &&
        one.metric.name === breakdown.metric &&
        one.judge === breakdown.judge,
    )
    if (row === undefined) return []
    return breakdown.cells.flatMap((estimate, index) =>
      estimate === null
        ? []
        : [
            figureLine({
              comparison,
              row,
              index,
              category: breakdown.category,
              estimate,
              difference: null,
            }),
          ],
    )
  })
  const head = line([...figureHead, ...sweptParams(comparison)])
  return [
    head,
    ...rows,
    ...parts,
    ...languageLines(comparison),
    ...errorLines(comparison, nluErrors),
  ].join('')
}

/** Locales stand as categories, with their differences; p is adjusted within the table of their metric. */
function languageLines(comparison: Comparison): string[] {
  return (comparison.languages ?? []).flatMap((table) => {
    const row = rowOfTable(comparison, table)
    if (row === undefined) return []
    return table.locales.flatMap(({ locale, cells }) =>
      cells.flatMap((cell, index) =>
        cell === null ? [] : [figureLine({ comparison, row, index, category: locale, ...cell })],
      ),
    )
  })
}

/** Of utterances: `intent alarm_set taken for alarm_query`, `slot date`, `domain alarm` stand as categories. */
function errorLines(comparison: Comparison, nluErrors: readonly NluErrors[]): string[] {
  return nluErrors.flatMap(({ suiteId, columns, tables }) =>
    tables.flatMap((table) =>
      table.rows.flatMap((row) =>
        row.cells.flatMap((cell, at) => {
          const index = comparison.columns.findIndex(({ hash }) => hash === columns[at])
          if (cell === null || index === -1) return []
          const { estimate, difference } = cell
          return figureLine({
            ...{ comparison, index, estimate, difference },
            row: { suiteId, metric: table.metric, judge: '' },
            category: categoryOf(table, row),
          })
        }),
      ),
    ),
  )
}

function figureLine(input: {
  comparison: Comparison
  row: Pick<ComparisonRow, 'suiteId' | 'metric' | 'judge'>
  index: number
  category: string | null
  estimate: NonNullable<ComparisonRow['cells'][number]>['estimate']
  difference: NonNullable<ComparisonRow['cells'][number]>['difference']
}): string {
  const { comparison, row, index, category, estimate, difference } = input
  const column = comparison.columns[index]
  const suite = comparison.suites.find(({ id }) => id === row.suiteId)
  return line([
    row.suiteId,
    suite?.version ?? null,
    row.metric.name,
    row.metric.unit,
    row.metric.better,
    row.judge,
    category,
    column.letter,
    column.name,
    column.hash,
    column.isBaseline,
    estimate.value,
    estimate.low,
    estimate.high,
    estimate.n,
    estimate.unscored,
    estimate.errored,
    estimate.method,
    difference?.value ?? null,
    difference?.low ?? null,
    difference?.high ?? null,
    difference?.n ?? null,
    difference?.pValue ?? null,
    difference?.pHolm ?? null,
    difference?.isDetected ?? null,
    difference?.detectable ?? null,
    difference?.raised ?? null,
    difference?.lowered ?? null,
    difference?.method ?? null,
    ...placeOf(comparison, index),
  ])
}

/** Where a column stands in the first map that it belongs to, and in the sweeps. */
function placeOf(comparison: Comparison, index: number): Cell[] {
  const cell = comparison.maps.flatMap(({ cells }) => cells).find(({ column }) => column === index)
  const strengths = sweptParams(comparison).map((name) => {
    const points = comparison.sweeps.flatMap((sweep) =>
      `${sweep.interventionId}.${sweep.param}` === name ? sweep.points : [],
    )
    return points.find(({ column }) => column === index)?.strength ?? null
  })
  return [cell?.layer ?? null, cell?.input ?? null, ...strengths]
}
