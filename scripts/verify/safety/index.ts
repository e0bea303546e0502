/** All checks of verify:safety, in the order in which they run: the cheap ones first. */
import type { Check } from '../check.ts'
import { lmEvalParity } from '../lm-eval-parity.ts'
import { activationSpace } from './activation-space.ts'
import { adapters } from './adapters.ts'
import { judging } from './judging.ts'
import { layerMap } from './layer-map.ts'
import { noiseInChunks } from './noise-in-chunks.ts'
import { objective } from './objective.ts'
import { search } from './search.ts'
import { techniques } from './techniques.ts'
import { untouchedAtZero } from './untouched-at-zero.ts'
import { workedValues } from './worked-values.ts'

export const checks: readonly Check[] = [
  workedValues,
  objective,
  activationSpace,
  judging,
  search,
  layerMap,
  noiseInChunks,
  untouchedAtZero,
  ...lmEvalParity({ items: 20, documents: 2, answers: 4 }),
  techniques,
  adapters,
]
