import type { Comparison } from '#contract/comparisons'
import { useChangeParams } from '../../hooks/use-change-params.ts'
import { writeKeys } from '../../hooks/use-selection.ts'
import { focusOf, type ComparisonRow } from './compare-address.ts'
import { mostShown } from './pick-columns.ts'

/**
 * Leads from a mark of a figure to the samples behind it: points the samples at the row's judge and, where not all columns are shown,
 * shows that column beside the baseline. With a category, only its samples.
 */
export function useShowColumn(
  comparison: Comparison,
): (row: ComparisonRow, column: number | null, category?: string) => void {
  const changeParams = useChangeParams()
  return (row, column, category) => {
    const hash = column === null ? undefined : comparison.columns[column]?.hash
    changeParams((next) => {
      next.set('focus', focusOf(row))
      next.delete('about')
      if (category !== undefined) next.set('category', category)
      if (hash !== undefined && comparison.columns.length > mostShown) {
        next.set('shown', writeKeys([hash]))
        next.delete('sample')
      }
    })
    document.getElementById('samples')?.scrollIntoView({ block: 'start' })
  }
}
