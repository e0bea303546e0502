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

export interface AdjustedFamilies {
  /** As the input, row by row. */
  readonly adjusted: readonly (readonly (Difference | null)[])[]
  readonly familySize: number
  readonly exploratorySize: number
}

/**
 * Rows of differences by column. Two families: the cells of layer maps are exploratory, many at once to see where to look, and are
 * adjusted among themselves; all others are the confirmatory one.
 */
export function adjustFamilies(
  rows: readonly (readonly (RawDifference | null)[])[],
  mapped: ReadonlySet<number>,
): AdjustedFamilies {
  const family = (isMapped: boolean) =>
    rows.flatMap((row) =>
      row.map((difference, column) => (mapped.has(column) === isMapped ? difference : null)),
    )
  const [asked, explored] = [family(false), family(true)].map(adjustDifferences)
  let next = 0
  const adjusted = rows.map((row) =>
    row.map(() => {
      const difference = asked[next] ?? explored[next]
      next += 1
      return difference
    }),
  )
  const sizeOf = (tests: readonly unknown[]) => tests.filter((test) => test !== null).length
  return { adjusted, familySize: sizeOf(asked), exploratorySize: sizeOf(explored) }
}
