/** All checks of verify:safety, in the order in which they run: the cheap ones first. */
import type { Check } from '../check.ts'
import { lmEvalParity } from '../lm-eval-parity.ts'
import { noiseInChunks } from './noise-in-chunks.ts'
import { objective } from './objective.ts'
import { untouchedAtZero } from './untouched-at-zero.ts'
import { workedValues } from './worked-values.ts'

export const checks: readonly Check[] = [
  workedValues,
  objective,
  noiseInChunks,
  untouchedAtZero,
  ...lmEvalParity({ items: 20, documents: 2 }),
]
