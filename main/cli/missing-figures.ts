/** Why a figure is missing, and which configurations have none at all. */
import type { Comparison } from '#contract/comparisons'

/** Indices of columns that no suite of this comparison was run with. */
export function neverRun({ columns, suites, rows }: Comparison): ReadonlySet<number> {
  const hasRun = (column: number): boolean =>
    suites.some(({ jobIds }) => jobIds[column] != null) ||
    rows.some(({ cells }) => cells[column] != null)
  return new Set(columns.flatMap((_, column) => (hasRun(column) ? [] : [column])))
}

/** A suite that was run may still lack one judge or metric. */
export function missingText(
  { suites }: Comparison,
  { suiteId, column }: { readonly suiteId: string; readonly column: number },
): string {
  const jobId = suites.find(({ id }) => id === suiteId)?.jobIds[column]
  return jobId == null ? 'not run' : 'no figure'
}
