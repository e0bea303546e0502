/** A comparison for a terminal: the verdict, then every figure with its interval and its judge. */
import type { Comparison, ComparisonColumn, ComparisonRow } from '#contract/comparisons'
import type { NluErrors } from '#contract/nlu-errors'
import { formatCurves } from './curves-text.ts'
import { missingText, neverRun } from './missing-figures.ts'
import { formatLanguages } from './languages-text.ts'
import { formatNluErrors } from './nlu-errors-text.ts'
import { formatDifference, formatEstimate, formatRate } from './numbers.ts'
import { plainLine } from './terminal-text.ts'
import { formatTable } from './table.ts'

/** More columns than this are a wall of figures: those of sweeps and maps then stand in their own tables alone. */
const mostColumns = 12

/** `errors`: of the columns that stand in every table. */
export function formatComparison(
  comparison: Comparison,
  errors: readonly NluErrors[] = [],
): string[] {
  const absent = neverRun(comparison)
  const shown = shownColumns(comparison, absent)
  const left = comparison.columns.length - shown.size - absent.size
  return [
    plainLine(comparison.title),
    '',
    ...comparison.verdict.map(({ tone, text }) => `${markers[tone]} ${plainLine(text)}`),
    '',
    ...absentLines(comparison, absent),
    ...comparison.rows.flatMap((row) => formatRow(row, { comparison, shown })),
    ...(left === 0
      ? []
      : [`${left} configurations of sweeps and maps stand below; --json holds all figures.`, '']),
    ...formatLanguages(comparison, shown),
    ...formatNluErrors(comparison, errors),
    ...formatCurves(comparison, absent),
    ...formatSpeeds(comparison, shown),
  ]
}

/** Said once; a row of nothing in every table would say it a dozen times. */
function absentLines({ columns }: Comparison, absent: ReadonlySet<number>): string[] {
  if (absent.size === 0) return []
  const names = columns.flatMap(({ letter, name }, index) =>
    absent.has(index) ? [`${letter} ${plainLine(name)}`] : [],
  )
  const named = names.slice(0, mostColumns).join(', ')
  const more = names.length - mostColumns
  return [`Not run: ${named}${more > 0 ? ` and ${more} more` : ''}`, '']
}

/** Indices of the columns that stand in every table; `absent`: those that were not run at all. */
export function shownColumns(
  { columns, sweeps, maps }: Comparison,
  absent: ReadonlySet<number>,
): ReadonlySet<number> {
  const all = columns.flatMap((_, index) => (absent.has(index) ? [] : [index]))
  if (all.length <= mostColumns) return new Set(all)
  const elsewhere = new Set(
    [...sweeps.map(({ points }) => points), ...maps.map(({ cells }) => cells)]
      .flat()
      .map(({ column }) => column),
  )
  return new Set(all.filter((index) => columns[index]?.isBaseline || !elsewhere.has(index)))
}

const markers = { worse: '!', better: '+', same: '=', note: '·', warning: '?' } as const

function formatRow(
  row: ComparisonRow,
  { comparison, shown }: { comparison: Comparison; shown: ReadonlySet<number> },
): string[] {
  const { columns } = comparison
  const { metric } = row
  const direction = metric.better === 'neither' ? '' : `, ${metric.better} is better`
  const lines = row.cells.flatMap((cell, index) => {
    const column = columns[index]
    if (column === undefined || !shown.has(index)) return []
    const missing = missingText(comparison, { suiteId: row.suiteId, column: index })
    return [describeCell({ row, column, cell, missing })]
  })
  return [
    `${plainLine(row.suiteTitle)} · ${metric.title} · ${plainLine(row.judge)}${direction}`,
    ...formatTable(cellColumns, lines).map((line) => `  ${line}`),
    '',
  ]
}

const cellColumns = [
  { title: '' },
  { title: 'configuration', width: 40 },
  { title: 'value [95%]' },
  { title: 'n', align: 'right' },
  { title: 'difference to baseline [95%]' },
] as const

function describeCell(options: {
  readonly row: ComparisonRow
  readonly column: ComparisonColumn
  readonly cell: ComparisonRow['cells'][number]
  /** What stands there without a cell. */
  readonly missing: string
}): string[] {
  const { row, column, cell, missing } = options
  if (cell === null) return [column.letter, column.name, missing, '', '']
  const { estimate, difference } = cell
  const leftOut = [
    estimate.unscored > 0 ? `${estimate.unscored} not judged` : '',
    estimate.errored > 0 ? `${estimate.errored} failed` : '',
  ].filter((text) => text !== '')
  const count = leftOut.length === 0 ? String(estimate.n) : `${estimate.n} (${leftOut.join(', ')})`
  const change = difference === null ? '' : formatDifference(difference, row.metric.unit)
  const baseline = column.isBaseline ? 'baseline' : change
  return [column.letter, column.name, formatEstimate(estimate, row.metric.unit), count, baseline]
}

function formatSpeeds({ suites, columns }: Comparison, shown: ReadonlySet<number>): string[] {
  const lines = suites.flatMap((suite) =>
    columns.flatMap((column, index) =>
      shown.has(index) && suite.jobIds[index] !== null
        ? [
            [
              suite.title,
              column.letter,
              column.name,
              String(suite.samples[index] ?? 0),
              formatRate(suite.samplesPerSecond[index] ?? null, 'samples'),
              formatRate(suite.tokensPerSecond[index] ?? null, 'tokens'),
            ],
          ]
        : [],
    ),
  )
  const titles = ['suite', '', 'configuration', 'samples', 'speed', 'tokens']
  return formatTable(
    titles.map((title) => ({ title, width: 40 })),
    lines,
  )
}
