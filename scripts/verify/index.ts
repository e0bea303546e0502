/** All checks of verify:path, in the order in which they run: the cheap ones first. */
import { batches } from './batches.ts'
import { blockTypes } from './block-types.ts'
import type { Check } from './check.ts'
import { demo } from './demo.ts'
import { qwenCoder, smolLm2 } from './known-models.ts'
import { modelLogits } from './model-logits.ts'
import { resume } from './resume.ts'
import { strengthZero } from './strength-zero.ts'
import { suites } from './suites.ts'
import { tensorSums } from './tensor-sums.ts'
import { tinyLogits } from './tiny-logits.ts'

export const checks: readonly Check[] = [
  blockTypes,
  ...suites,
  tensorSums(smolLm2),
  tensorSums(qwenCoder),
  tinyLogits,
  modelLogits(smolLm2),
  modelLogits(qwenCoder),
  batches,
  strengthZero,
  resume,
  demo,
]
