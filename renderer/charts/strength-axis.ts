/** The vertical axis of curves: a round range with its ticks, logarithmic where a linear one would hide most values. */
import { formatSmall } from '../format/numbers.ts'
import { roundWidth } from './bins.ts'
import { niceEnd } from './plane.tsx'
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
    const to = niceEnd(values)
    return { from: 0, to, isLog: false, ticks: [0, 1, 2, 3, 4, 5].map((part) => (to * part) / 5) }
  }
  if (lowest > 0 && highest / lowest > logRatio) {
    const from = powerBelow(lowest)
    return { from, to: highest * 1.1, isLog: true, ticks: powersFrom(from, highest) }
  }
  const step = roundWidth((highest - Math.min(0, lowest)) / mostSteps || 1)
  const [first, last] = [Math.floor(Math.min(0, lowest) / step), Math.ceil(highest / step)]
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
  return { from: first * step, to: last * step, isLog: false, ticks }
}

const mostSteps = 5

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
