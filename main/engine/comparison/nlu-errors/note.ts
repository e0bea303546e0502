/** What the cells and the tests of a table of errors are, in words: the same on the page and in reports. */
import type { NluErrorTable } from '#contract/nlu-errors'
import { counted } from '../wording.ts'

const figures = {
  confusions: 'Share of the utterances of an intent that were taken for the other one.',
  slots: 'F1 of each type: right ones of those in the data, and predicted ones.',
  domains: 'Utterances of each domain.',
} as const satisfies Record<NluErrorTable['view'], string>

export function noteOf(table: Pick<NluErrorTable, 'view' | 'tests' | 'exploratoryTests'>): string {
  const { view, tests, exploratoryTests } = table
  const spread = '95% intervals, the same request in several languages as one cluster.'
  if (tests === 0 && exploratoryTests === undefined) return `${figures[view]} ${spread}`
  const explored =
    exploratoryTests === undefined
      ? ''
      : `, cells of layer maps among themselves (${counted(exploratoryTests, 'test')})`
  return `${figures[view]} ${spread} Changes are paired with A, and a row of a single request has none; detected means after Holm over the ${counted(tests, 'test')} of this table${explored}.`
}
