/** Figures by language as cells of text: the same for every format. */
import type { Comparison, ComparisonLanguages, ComparisonRow } from '#contract/comparisons'
import { counted, differenceText, estimateText, isShare, type Unit } from '../comparison/wording.ts'
import { rowTitle, type TextTable } from './curves.ts'

export interface LanguageCell {
  readonly value: string
  readonly interval: string
  /** Empty for the baseline. */
  readonly change: string
  readonly changeInterval: string
  readonly isDetected: boolean
  /** -1 much better to 1 much worse; 0 where the interval of the change holds zero, or there is none. */
  readonly harm: number
}

export interface LanguageTable {
  readonly title: string
  readonly note: string
  readonly letters: readonly string[]
  readonly rows: readonly {
    readonly locale: string
    readonly language: string
    readonly script: string
    readonly family: string
    readonly cells: readonly (LanguageCell | null)[]
  }[]
  /** Mean, best minus worst, uneven loss, best and worst of each configuration. */
  readonly spread: TextTable
}

/** One for each metric and judge of each suite with locales. */
export function languageTables(comparison: Comparison): LanguageTable[] {
  return (comparison.languages ?? []).flatMap((table) => {
    const row = rowOfTable(comparison, table)
    return row === undefined ? [] : [languageTable({ comparison, table, row })]
  })
}

/** The row of the whole suite that a table of languages belongs to. */
export function rowOfTable(
  { rows }: Comparison,
  table: ComparisonLanguages,
): ComparisonRow | undefined {
  return rows.find(
    ({ suiteId, metric, judge }) =>
      suiteId === table.suiteId && metric.name === table.metric && judge === table.judge,
  )
}

interface Input {
  readonly comparison: Comparison
  readonly table: ComparisonLanguages
  readonly row: ComparisonRow
}

function languageTable({ comparison, table, row }: Input): LanguageTable {
  const { unit, better } = row.metric
  const sign = better === 'higher' ? -1 : 1
  const differences = table.locales.flatMap(({ cells }) =>
    cells.flatMap((cell) => cell?.difference ?? []),
  )
  const largest = Math.max(0, ...differences.map(({ value }) => Math.abs(value)))
  return {
    title: `${rowTitle(row)} by language, ${row.judge}`,
    note: `95% intervals; changes are paired with A, * is detected after Holm over the ${counted(table.tests, 'test')} of this table${exploratoryNote(table)}.`,
    letters: comparison.columns.map(({ letter }) => letter),
    rows: table.locales.map(({ cells, ...facts }) => ({
      ...facts,
      cells: cells.map((cell) => {
        if (cell === null) return null
        const { estimate, difference } = cell
        const change = difference === null ? null : differenceText(difference, unit)
        const isNoise = difference === null || (difference.low <= 0 && difference.high >= 0)
        return {
          ...estimateText(estimate, unit),
          change: change?.value.replace(' points', '') ?? '',
          changeInterval: change?.interval ?? '',
          isDetected: difference?.isDetected === true,
          harm: isNoise || largest === 0 ? 0 : (sign * difference.value) / largest,
        }
      }),
    })),
    spread: spreadTable({ comparison, table, row }),
  }
}

function exploratoryNote({ exploratoryTests }: ComparisonLanguages): string {
  if (exploratoryTests === undefined) return ''
  return `; cells of layer maps are adjusted among themselves (${counted(exploratoryTests, 'test')})`
}

function spreadTable({ comparison, table, row }: Input): TextTable {
  const { unit } = row.metric
  const language = (locale: string): string =>
    table.locales.find((one) => one.locale === locale)?.language ?? locale
  const rows = table.columns.flatMap((column, index) => {
    if (column === null) return []
    const { macro, fairnessGap, unevenLoss, best, worst } = column
    const mean = estimateText(macro, unit)
    return [
      [
        comparison.columns[index].letter,
        `${mean.value} ${mean.interval}`.trimEnd(),
        spanText(fairnessGap, unit),
        unevenLoss === null ? '' : spanText(unevenLoss, unit),
        language(best),
        worst.map(language).join(', '),
      ],
    ]
  })
  return {
    title: `${rowTitle(row)}: how even over languages, ${row.judge}`,
    note: 'Every language weighs the same in the mean. Uneven loss: largest minus smallest loss against A. Both distances are larger than the truth by noise alone; their intervals allow for that.',
    head: ['', 'Mean of languages', 'Best − worst', 'Uneven loss', 'Best', 'Worst first'],
    rows,
  }
}

function spanText(
  estimate: NonNullable<ComparisonLanguages['columns'][number]>['macro'],
  unit: Unit,
): string {
  const { value, interval } = estimateText(estimate, unit)
  return `${isShare(unit) ? value.replace('%', ' points') : value} ${interval}`.trimEnd()
}
