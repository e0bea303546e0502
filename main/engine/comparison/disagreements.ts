/** Where judges of the same answers come to different findings. */
import type { ComparisonColumn, ComparisonRow } from '#contract/comparisons'
import { lowerFirst, namesOf, ranks, type Finding } from './verdict.ts'
import { listed } from './wording.ts'

/** Where two lists judge the same answers and only one of them detects a change, the reader must know. */
export function findDisagreements(
  columns: readonly ComparisonColumn[],
  rows: readonly ComparisonRow[],
): Finding[] {
  const groups = new Map<string, ComparisonRow[]>()
  for (const row of rows) {
    const key = JSON.stringify([row.suiteId, row.metric.name])
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()].flatMap((group) => disagreementsOf(columns, group))
}

/** Columns on which the same judges stand against the same others share a sentence. */
function disagreementsOf(
  columns: readonly ComparisonColumn[],
  group: readonly ComparisonRow[],
): Finding[] {
  const [row] = group
  const sides = new Map<string, { split: string; columns: ComparisonColumn[] }>()
  columns.forEach((column, index) => {
    const seen = group.filter((one) => one.cells[index]?.difference?.isDetected === true)
    const unseen = group.filter((one) => one.cells[index]?.difference?.isDetected === false)
    if (seen.length === 0 || unseen.length === 0) return
    const split = `${listed(seen.map(({ variant }) => variant))} ${seen.length === 1 ? 'detects' : 'detect'} a change, ${listed(unseen.map(({ variant }) => variant))} ${unseen.length === 1 ? 'does' : 'do'} not`
    const known = sides.get(split)
    if (known === undefined) sides.set(split, { split, columns: [column] })
    else known.columns.push(column)
  })
  return [...sides.values()].map(({ split, columns: found }) => {
    const text = `The judges disagree about ${lowerFirst(row.metric.title)} under ${namesOf(found)} on ${row.suiteTitle}: ${split}.`
    return { rank: ranks.caution, tone: 'warning' as const, text }
  })
}
