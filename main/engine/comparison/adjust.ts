/** One family of tests: differences adjusted after Holm, and which of them are detected. */
import type { Difference } from '#contract/comparisons'
import { holm } from '../stats/index.ts'
import type { RawDifference } from './difference.ts'

/** Differences below this Holm-adjusted p-value are called detected. */
const level = 0.05

/** In the order of the input; null stays null and is no test. */
export function adjustDifferences(raw: readonly (RawDifference | null)[]): (Difference | null)[] {
  const pValues = raw.flatMap((difference) => (difference === null ? [] : [difference.pValue]))
  const adjusted = holm(pValues)
  let next = 0
  return raw.map((difference) => {
    if (difference === null) return null
    const { detectableAt, ...stated } = difference
    const pHolm = adjusted[next++]
    // A difference is detected after Holm; what could have been is stated at the strictest of its steps.
    const detectable = detectableAt(level / pValues.length)
    return { ...stated, pHolm, isDetected: pHolm < level, detectable }
  })
}
