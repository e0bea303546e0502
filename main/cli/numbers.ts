/** Numbers as people read them in a terminal. */
import type { Difference, Estimate } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'

type Unit = MetricRecord['unit']

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${units[unit] ?? ''}`
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function formatRate(perSecond: number | null, what: string): string {
  return perSecond === null ? '' : `${perSecond.toPrecision(3)} ${what}/s`
}

/** Between 0 and 1, shown in percent; differences are points then. */
export function isShare(unit: Unit): boolean {
  return unit === 'rate' || unit === 'f1'
}

/** A value in its unit: rates in percent, the rest with the digits that mean something; a true minus sign, as in reports. */
export function formatValue(value: number, unit: Unit): string {
  return inUnit(value, unit).replace('-', '−')
}

function inUnit(value: number, unit: Unit): string {
  switch (unit) {
    case 'rate':
    case 'f1':
      return `${(value * 100).toFixed(1)}%`
    case 'bytes':
      return formatBytes(value)
    case 'nats':
    case 'bits':
      return value.toFixed(3)
    case 'perplexity':
    case 'per-second':
      return value.toFixed(2)
  }
}

/** `6.2% [4.4, 8.6]`: the value and its 95% interval. */
export function formatEstimate(estimate: Estimate, unit: Unit): string {
  const { value, low, high } = estimate
  if (value === null) return 'not judged'
  const shown = formatValue(value, unit)
  if (low === null || high === null) return shown
  return `${shown} [${bare(low, unit)}, ${bare(high, unit)}]`
}

/** A distance between values, `8.2 points [6.9, 9.4]`: without a sign. */
export function formatSpan(estimate: Estimate, unit: Unit): string {
  const { value, low, high } = estimate
  if (value === null) return 'not known'
  const shown = isShare(unit) ? `${bare(value, unit)} points` : formatValue(value, unit)
  return low === null || high === null
    ? shown
    : `${shown} [${bare(low, unit)}, ${bare(high, unit)}]`
}

/** `+4.2 points [2.1, 6.6], p 0.0003 (Holm)`. */
export function formatDifference(difference: Difference, unit: Unit): string {
  const { value, low, high, pHolm } = difference
  const sign = value >= 0 ? '+' : ''
  const word = isShare(unit) ? ' points' : ''
  const interval = `[${bare(low, unit)}, ${bare(high, unit)}]`
  return `${sign}${bare(value, unit)}${word} ${interval}, p ${formatP(pHolm)} (Holm)`
}

/** `+4.2`, `−3.1*`: short, within a table that says what it is; `*` where it is detected. */
export function formatMarkedChange(difference: Difference, unit: Unit): string {
  const { value, isDetected } = difference
  return `${value >= 0 ? '+' : ''}${bare(value, unit)}${isDetected ? '*' : ''}`
}

export function formatP(p: number): string {
  if (p < 0.0001) return '< 0.0001'
  return p < 0.01 ? p.toFixed(4) : p.toFixed(2)
}

function bare(value: number, unit: Unit): string {
  return formatValue(value, unit).replace('%', '')
}
