/** Figures by language for a terminal: how even each configuration is, then a line for each language. */
import type { Comparison, ComparisonLanguages, ComparisonRow } from '#contract/comparisons'
import { formatEstimate, formatMarkedChange, formatSpan } from './numbers.ts'
import { missingText } from './missing-figures.ts'
import { formatTable } from './table.ts'
import { plainLine } from './terminal-text.ts'

/** `shown`: indices of the columns that stand in the tables. */
export function formatLanguages(comparison: Comparison, shown: ReadonlySet<number>): string[] {
  return (comparison.languages ?? []).flatMap((table) => {
    const row = comparison.rows.find(
      ({ suiteId, metric, judge }) =>
        suiteId === table.suiteId && metric.name === table.metric && judge === table.judge,
    )
    if (row === undefined) return []
    return [
      `${plainLine(row.suiteTitle)} · ${row.metric.title} by language · ${plainLine(row.judge)}`,
      ...spreadLines({ comparison, table, row, shown }).map((line) => `  ${line}`),
      '',
      ...languageLines({ comparison, table, row, shown }).map((line) => `  ${line}`),
      ...detectedLines(table.tests),
      '',
    ]
  })
}

/** A single column is compared with nothing. */
function detectedLines(tests: number): string[] {
  if (tests === 0) return []
  return [
    `  * detected after Holm over the ${tests === 1 ? '1 test' : `${tests} tests`} of this table`,
  ]
}

interface Input {
  readonly comparison: Comparison
  readonly table: ComparisonLanguages
  readonly row: ComparisonRow
  readonly shown: ReadonlySet<number>
}

function spreadLines({ comparison, table, row, shown }: Input): string[] {
  const { unit } = row.metric
  const language = (locale: string): string =>
    table.locales.find((one) => one.locale === locale)?.language ?? locale
  const lines = comparison.columns.flatMap((column, index) => {
    const spread = table.columns[index] ?? null
    if (spread === null || !shown.has(index)) return []
    return [
      [
        column.letter,
        column.name,
        formatEstimate(spread.macro, unit),
        formatSpan(spread.fairnessGap, unit),
        spread.unevenLoss === null ? 'baseline' : formatSpan(spread.unevenLoss, unit),
        spread.worst.map(language).join(', '),
      ],
    ]
  })
  const titles = ['', 'configuration', 'mean of languages', 'best - worst', 'uneven loss', 'worst']
  return formatTable(
    titles.map((title) => ({ title, width: title === 'configuration' ? 40 : 80 })),
    lines,
  )
}

function languageLines({ comparison, table, row, shown }: Input): string[] {
  const columns = comparison.columns.flatMap(({ letter }, index) =>
    shown.has(index) ? [{ letter, index }] : [],
  )
  const lines = table.locales.map(({ locale, language, script, cells }) => [
    language,
    locale,
    script,
    ...columns.map(({ index }) => {
      const missing = missingText(comparison, { suiteId: row.suiteId, column: index })
      return cellText(cells[index] ?? null, { row, missing })
    }),
  ])
  const titles = ['language', 'locale', 'script', ...columns.map(({ letter }) => letter)]
  return formatTable(
    titles.map((title) => ({ title })),
    lines,
  )
}

/** `81.2% [77.0, 84.9]  −3.1*`. */
function cellText(
  cell: ComparisonLanguages['locales'][number]['cells'][number],
  { row, missing }: { row: ComparisonRow; missing: string },
) {
  if (cell === null) return missing
  const { estimate, difference } = cell
  const value = formatEstimate(estimate, row.metric.unit)
  if (difference === null) return value
  return `${value}  ${formatMarkedChange(difference, row.metric.unit)}`
}
