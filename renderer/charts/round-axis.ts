/** Ends and ticks of a linear axis that people can read: steps of 1, 2 or 5 times a power of ten. */
import { roundWidth } from './bins.ts'

export interface RoundAxis {
  readonly from: number
  readonly to: number
  readonly ticks: readonly number[]
}

const mostSteps = 5

/** The smallest round range that holds both ends; `isWhole` for counts, which have no halves. */
export function roundAxis({
  lowest,
  highest,
  isWhole = false,
}: {
  lowest: number
  highest: number
  isWhole?: boolean
}): RoundAxis {
  const exact = roundWidth((highest - lowest) / mostSteps || 1)
  const step = isWhole ? Math.max(1, exact) : exact
  const first = Math.floor(lowest / step + rounding)
  const last = Math.max(first + 1, Math.ceil(highest / step - rounding))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    // 0.30000000000000004 is 0.3 on an axis.
    Number(((first + index) * step).toPrecision(12)),
  )
  return { from: ticks[0] ?? 0, to: ticks.at(-1) ?? 1, ticks }
}

/** Of a step: 0.6 / 0.2 is 2.9999999999999996. */
const rounding = 1e-9
