/** All checks of verify:massive, in the order in which they run: the cheap ones first. */
import type { Check } from '../check.ts'
import { miniLm } from '../known-models.ts'
import { embeddedNlu } from './embedded-nlu.ts'
import { encoderStates } from './encoder-states.ts'
import { massiveMetrics, massiveWords } from './metrics.ts'
import { nluAtZero } from './nlu-at-zero.ts'
import { nluInterventions } from './nlu-interventions.ts'
import { trieChecks } from './trie.ts'

export const checks: readonly Check[] = [
  massiveMetrics,
  encoderStates(miniLm),
  nluAtZero,
  nluInterventions,
  massiveWords,
  embeddedNlu,
  ...trieChecks,
]
