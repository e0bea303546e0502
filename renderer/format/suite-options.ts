/** Which samples of a suite a plan chose, in words. */
import type { PlanSuite } from '#contract/plans'
import type { SuiteKind } from '#contract/suites'
import { formatCount, plural } from './numbers.ts'

/**
 * `all`, `first 100, only “refuse”`, `300 utterances, evenly spread, in en-US, th-TH`. Of utterances the engine takes the same ones in
 * every language, evenly spread unless they are shuffled.
 */
export function samplesText(options: PlanSuite, kind: SuiteKind | undefined): string {
  const { limit, shuffleSeed, spread, only, locales, partition, examples } = options
  const areUtterances = kind === 'nlu'
  const isSpread = areUtterances ? shuffleSeed === null : spread
  const count =
    limit === null
      ? 'all'
      : areUtterances
        ? plural(limit, 'utterance')
        : `first ${formatCount(limit)}`
  const parts = [
    count,
    limit !== null && shuffleSeed !== null ? `shuffled with seed ${shuffleSeed}` : '',
    limit !== null && isSpread ? 'evenly spread' : '',
    only === 'all' ? '' : `only “${only}”`,
    locales === undefined ? '' : `in ${locales.join(', ')}`,
    partition === undefined ? '' : `partition ${partition}`,
    examples === undefined ? '' : plural(examples, 'worked example'),
  ]
  return parts.filter((part) => part !== '').join(', ')
}
