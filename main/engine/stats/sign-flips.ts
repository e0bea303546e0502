/** Exact test of a paired difference of pooled ratios, for few changes: all ways in which they could have fallen. */
import type { RatioParts } from './ratios.ts'

/** Above this many changed ids normal theory is near enough, and all ways are too many: 2^14 are 16,384. */
const mostChanged = 14

/** Rounding leaves differences of equal size apart by 1e-16. */
const tolerance = 1e-12

/**
 * Two-sided p of second minus first: were the two exchangeable, either side of each id could as well have been the other's (Fisher 1935;
 * Edgington and Onghena 2007, ch. 5). It is the share of the 2^k ways of exchanging the k ids that differ in which the ratios are at least as
 * far apart. With k equal changes in one direction that is 2 / 2^k; where no id has more below the line on one side than on the other,
 * and all changes are of one size, it is McNemar's exact test. Null where more than 14 ids differ.
 */
export function signFlipTest(first: RatioParts, second: RatioParts): number | null {
  const changed = changedIds(first, second)
  if (changed.length > mostChanged) return null
  const sums = {
    before: { hits: sum(first.hits), weight: sum(first.weights) },
    after: { hits: sum(second.hits), weight: sum(second.weights) },
  }
  const least = Math.abs(differenceOf(sums)) - tolerance
  const isExchanged = changed.map(() => false)
  const ways = 2 ** changed.length
  let asFar = 0
  for (let way = 1; way <= ways; way++) {
    if (Math.abs(differenceOf(sums)) >= least) asFar++
    // Gray code: from one way to the next a single id changes sides.
    const at = 31 - Math.clz32(way & -way)
    if (at >= changed.length) break
    const { hits, weight } = changed[at]
    const sign = isExchanged[at] ? 1 : -1
    isExchanged[at] = !isExchanged[at]
    sums.after.hits += sign * hits
    sums.before.hits -= sign * hits
    sums.after.weight += sign * weight
    sums.before.weight -= sign * weight
  }
  return asFar / ways
}

/** What each id that differs has more in the second; one more than are tested is enough to know. */
function changedIds(first: RatioParts, second: RatioParts): { hits: number; weight: number }[] {
  const changed: { hits: number; weight: number }[] = []
  for (let id = 0; id < first.hits.length && changed.length <= mostChanged; id++) {
    const hits = second.hits[id] - first.hits[id]
    const weight = second.weights[id] - first.weights[id]
    if (hits !== 0 || weight !== 0) changed.push({ hits, weight })
  }
  return changed
}

interface Sums {
  readonly before: { hits: number; weight: number }
  readonly after: { hits: number; weight: number }
}

/** A side without anything below the line has a ratio of 0, as an F1 of nothing. */
function differenceOf({ before, after }: Sums): number {
  const ratio = ({ hits, weight }: Sums['before']): number => (weight > 0 ? hits / weight : 0)
  return ratio(after) - ratio(before)
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
