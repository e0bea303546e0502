/** What the cells of layer maps show: where to look, told apart from what the comparison confirms. */
import type { ComparisonColumn, ComparisonRow } from '#contract/comparisons'
import { changesOfRow, type Finding, isFirstJudge, lowerFirst, ranks } from './verdict.ts'
import { counted } from './wording.ts'

/** The rows with nothing in these columns. */
export function withoutColumns(
  rows: readonly ComparisonRow[],
  columns: ReadonlySet<number>,
): ComparisonRow[] {
  return rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell, index) => (columns.has(index) ? null : cell)),
  }))
}

/** One sentence for each row and direction in which cells were detected among the `tests` of all cells. Never ranked as a change. */
export function findExplored(input: {
  readonly columns: readonly ComparisonColumn[]
  readonly rows: readonly ComparisonRow[]
  readonly mapped: ReadonlySet<number>
  readonly tests: number
}): Finding[] {
  const { columns, rows, mapped, tests } = input
  const others = new Set(
    columns.flatMap(({ isBaseline }, index) => (isBaseline || mapped.has(index) ? [] : [index])),
  )
  return withoutColumns(rows, others)
    .filter((row, index, all) => isFirstJudge(all, row, index))
    .flatMap((row) => changesOfRow(columns, row))
    .map(({ text }) => ({
      rank: ranks.note,
      tone: 'note',
      text: `Exploratory, adjusted over ${counted(tests, 'cell')} of layer maps: ${lowerFirst(text)}`,
    }))
}
