/** Axes with round ticks: linear, or logarithmic where a linear one would show nothing but the largest values. */
import { formatNumber } from '../../comparison/wording.ts'

export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
  /** A tick as it is written. */
  textOf(tick: number): string
  /** Position of a value, `from` at low and `to` at high. */
  at(value: number): number
}

/** Round ends around the values; `atLeast` and `atMost` are natural ends that are never passed. */
export function niceScale(input: {
  readonly values: readonly number[]
  readonly from: number
  readonly to: number
  readonly ticks?: number
  /** The axis begins here, whatever the values. */
  readonly start?: number
  /** The axis never ends beyond. */
  readonly atMost?: number
}): Scale {
  const { values, from, to } = input
  const lowest = input.start ?? Math.min(...values)
  const highest = Math.max(...values, lowest)
  const span = highest - lowest || Math.abs(highest) || 1
  const step = niceStep(span / (input.ticks ?? 5))
  const low = input.start ?? Math.floor(lowest / step) * step
  // A single value on a tick still needs an axis of some length.
  const above = Math.max(Math.ceil(highest / step) * step, low + step)
  const high = Math.min(input.atMost ?? Infinity, above)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const ticks: number[] = []
  for (let i = 0; low + i * step <= high + step * 1e-6; i++) {
    // 0.30000000000000004 must not become a tick.
    ticks.push(Number((low + i * step).toFixed(digits + 2)))
  }
  return {
    ...{ low, high, ticks },
    textOf: (tick) => formatNumber(tick, digits),
    at: (value) => from + ((value - low) / (high - low)) * (to - from),
  }
}

/** Positive values further apart than this are drawn on a logarithmic axis. */
const logFrom = 20

export function needsLogScale(values: readonly number[]): boolean {
  const lowest = Math.min(...values)
  return lowest > 0 && Math.max(...values) / lowest > logFrom
}

/** From a power of ten to a power of ten, for positive values. */
export function logScale({
  values,
  from,
  to,
}: {
  readonly values: readonly number[]
  readonly from: number
  readonly to: number
}): Scale {
  const first = Math.floor(Math.log10(Math.min(...values)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(`1e${first + index}`))
  return {
    ...{ low: 10 ** first, high: 10 ** last, ticks },
    textOf: (tick) => formatNumber(tick, Math.max(0, -Math.round(Math.log10(tick)))),
    at: (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from),
  }
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10
  return factor * power
}
