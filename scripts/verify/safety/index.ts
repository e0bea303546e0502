/** All checks of verify:safety, in the order in which they run: the cheap ones first. */
import type { Check } from '../check.ts'
import { objective } from './objective.ts'
import { workedValues } from './worked-values.ts'

export const checks: readonly Check[] = [workedValues, objective]
