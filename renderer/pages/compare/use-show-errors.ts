import type { Comparison, SampleFilter } from '#contract/comparisons'
import type { NluErrors, NluErrorTable } from '#contract/nlu-errors'
import { useChangeParams } from '../../hooks/use-change-params.ts'
import { focusOf, writeAbout } from './compare-address.ts'
import type { NluErrorRow } from './nlu-error-rows.ts'

/** Leads from a row of a table of errors to the samples behind it, in the language of the table. */
export function useShowErrors(
  comparison: Comparison,
  { suiteId, locale }: NluErrors,
): (table: NluErrorTable, row: NluErrorRow) => void {
  const changeParams = useChangeParams()
  return (table, row) => {
    const metric = table.view === 'confusions' ? 'intent_accuracy' : table.metric.name
    const judged = comparison.rows.find(
      (one) => one.suiteId === suiteId && one.metric.name === metric,
    )
    changeParams((next) => {
      if (judged !== undefined) next.set('focus', focusOf(judged))
      if (locale === null) next.delete('category')
      else next.set('category', locale)
      next.set('about', writeAbout(suiteId, aboutOf(table, row)))
      next.delete('show')
      next.delete('sample')
    })
    document.getElementById('samples')?.scrollIntoView({ block: 'start' })
  }
}

function aboutOf({ view }: NluErrorTable, row: NluErrorRow): NonNullable<SampleFilter['about']> {
  switch (view) {
    case 'confusions':
      return { kind: 'intent', name: row.name, takenFor: row.takenFor ?? '' }
    case 'slots':
      return { kind: 'slot', name: row.name }
    case 'domains':
      return { kind: 'domain', name: row.name }
  }
}
