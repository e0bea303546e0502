/** The vertical axis of curves: a round range with its ticks, logarithmic where a linear one would hide most values. */
import { formatSmall } from '../format/numbers.ts'
import { roundAxis, type RoundAxis } from './round-axis.ts'
import type { StrengthCurve } from './strength-curve.ts'

/** From this ratio on a linear axis shows nothing but the largest values. */
const logRatio = 30

/** `%` keeps it between 0 and 100. */
export function axisOf(curves: readonly StrengthCurve[], unit: string) {
  const values = curves.flatMap(({ points, baseline }) =>
    [...points, ...(baseline === null ? [] : [baseline])].flatMap(({ value, low, high }) => [
      value,
      low ?? value,
      high ?? value,
    ]),
  )
  const highest = Math.max(0, ...values)
  const lowest = Math.min(...values)
  if (unit === '%') {
    return { ...percentAxis(values), isLog: false }
  }
  if (lowest > 0 && highest / lowest > logRatio) {
    const from = powerBelow(lowest)
    return { from, to: highest * 1.1, isLog: true, ticks: powersFrom(from, highest) }
  }
  return { ...roundAxis({ lowest: Math.min(0, lowest), highest }), isLog: false }
}

const leastPercent = 5

/** From zero to the next round number above the values, which are percentages: at least 5%, never above 100%. */
export function percentAxis(values: readonly number[]): RoundAxis {
  const highest = Math.min(100, Math.max(leastPercent, ...values))
  return roundAxis({ lowest: 0, highest })
}

/** Powers of ten up to the highest value. */
function powersFrom(from: number, highest: number): number[] {
  const count = Math.floor(Math.log10(highest / from) + 1e-9)
  return Array.from({ length: count + 1 }, (_, power) => from * 10 ** power)
}

/** From here on a power of ten is shorter. */
const longestTick = 1_000_000

export function formatTick(value: number): string {
  if (Math.abs(value) >= longestTick) return formatSmall(value)
  return value.toLocaleString('en', { maximumSignificantDigits: 6 }).replace('-', '\u2212')
}

function powerBelow(value: number): number {
  return 10 ** Math.floor(Math.log10(value))
}
