/**
 * Numbers as people read them: as many digits as the interval supports, percent for rates, points for
 * differences of rates, a true minus sign. Everything here is text from numbers; nothing is computed twice.
 */
import type { Difference, Estimate } from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'

export type Unit = MetricRecord['unit']

/** What to show where a number is not known. */
export const unknown = '–'

const mostDigits = 8

/** One for each number of decimals; made once, since making one is what costs. */
const numberFormats = Array.from(
  { length: mostDigits + 1 },
  (_, digits) =>
    new Intl.NumberFormat('en', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      // A value that rounds to zero has no sign.
      signDisplay: 'negative',
    }),
)

/** Fixed digits (at most 8) with grouping and a true minus sign. */
export function formatNumber(value: number, digits = 0): string {
  const format = numberFormats[Math.min(digits, mostDigits)] ?? numberFormats[0]
  return format === undefined ? String(value) : format.format(value).replace('-', '\u2212')
}

export function formatCount(value: number): string {
  return formatNumber(value, 0)
}

/** `1 job`, `2 jobs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/**
 * Decimals that an interval of this width supports: the interval is written with two significant digits, no more,
 * and the value follows it. Without an interval: one decimal.
 */
export function digitsFor(width: number | null): number {
  if (width === null || !Number.isFinite(width) || width <= 0) return 1
  return Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(width))))
}

/** Between 0 and 1, shown in percent; differences are points then. */
export function isShare(unit: Unit): boolean {
  return unit === 'rate' || unit === 'f1'
}

/** Multiplier from the stored unit to the one shown. */
export function scaleOf(unit: Unit): number {
  if (isShare(unit)) return 100
  if (unit === 'bytes') return 1e-9
  return 1
}

/** What stands behind a value. */
export function suffixOf(unit: Unit): string {
  switch (unit) {
    case 'rate':
    case 'f1':
      return '%'
    case 'nats':
      return ' nats'
    case 'bits':
      return ' bits'
    case 'perplexity':
      return ''
    case 'per-second':
      return '/s'
    case 'bytes':
      return ' GB'
  }
}

/** Unit of a difference: rates differ by points. */
export function differenceSuffixOf(unit: Unit): string {
  return isShare(unit) ? ' points' : suffixOf(unit)
}

export interface FigureText {
  readonly value: string
  /** `[5.7, 10.3]`; empty when there is no interval. */
  readonly interval: string
  readonly n: string
  /** What was left out of n; empty when nothing was. */
  readonly leftOut: string
}

export function formatEstimate(estimate: Estimate, unit: Unit): FigureText {
  const scale = scaleOf(unit)
  const width = widthOf(estimate.low, estimate.high, scale)
  const digits = estimateDigits(width, unit)
  return {
    value:
      estimate.value === null
        ? unknown
        : formatNumber(estimate.value * scale, digits) + suffixOf(unit),
    interval: formatInterval(estimate.low, estimate.high, scale, digits),
    n: `n ${formatCount(estimate.n)}`,
    leftOut: leftOutText(estimate),
  }
}

function estimateDigits(width: number | null, unit: Unit): number {
  // A rate over n samples never earns more than two decimals in percent.
  return isShare(unit) ? Math.min(2, digitsFor(width)) : digitsFor(width)
}

function widthOf(low: number | null, high: number | null, scale: number): number | null {
  return low === null || high === null ? null : (high - low) * scale
}

function formatInterval(
  low: number | null,
  high: number | null,
  scale: number,
  digits: number,
): string {
  if (low === null || high === null) return ''
  return `[${formatNumber(low * scale, digits)}, ${formatNumber(high * scale, digits)}]`
}

/** A distance between values, `8.2 points [6.9, 9.4]`: without a sign, in the unit of differences. */
export function formatSpan(estimate: Estimate, unit: Unit): string {
  const scale = scaleOf(unit)
  const digits = estimateDigits(widthOf(estimate.low, estimate.high, scale), unit)
  if (estimate.value === null) return unknown
  const value = formatNumber(estimate.value * scale, digits) + differenceSuffixOf(unit)
  return `${value} ${formatInterval(estimate.low, estimate.high, scale, digits)}`.trimEnd()
}

export function leftOutText(estimate: Pick<Estimate, 'unscored' | 'errored'>): string {
  const parts: string[] = []
  if (estimate.unscored > 0) parts.push(`${formatCount(estimate.unscored)} could not be judged`)
  if (estimate.errored > 0) parts.push(`${formatCount(estimate.errored)} failed`)
  return parts.join(', ')
}

export function signed(value: number, digits: number): string {
  const text = formatNumber(value, digits)
  return value > 0 ? `+${text}` : text
}

/** `+4.2 points`, `[2.1, 6.6]`. */
export function formatDifference(difference: Difference, unit: Unit): FigureText {
  const scale = scaleOf(unit)
  const digits = estimateDigits(widthOf(difference.low, difference.high, scale), unit)
  return {
    value: signed(difference.value * scale, digits) + differenceSuffixOf(unit),
    interval: formatInterval(difference.low, difference.high, scale, digits),
    n: `${formatCount(difference.n)} pairs`,
    leftOut: '',
  }
}

/** One line on whether a difference is real: a null result says what it could have seen. */
export function differenceVerdict(difference: Difference, unit: Unit): string {
  if (difference.isDetected) return `p ${formatPValue(difference.pHolm)} Holm`
  if (difference.detectable === null) return 'no detectable difference'
  const seen = difference.detectable * scaleOf(unit)
  return `no detectable difference (could have seen ${formatNumber(seen, seen >= 10 ? 0 : 1)}${differenceSuffixOf(unit)})`
}

/** `0.012`, `0.0003`, `< 0.0001`. */
export function formatPValue(p: number): string {
  if (p < 0.0001) return '< 0.0001'
  if (p < 0.001) return formatNumber(p, 4)
  if (p < 0.1) return formatNumber(p, 3)
  return formatNumber(p, 2)
}

/** `1.2/s`, `350/s`. */
export function formatRate(perSecond: number, what: string): string {
  const digits = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : 2
  return `${formatNumber(perSecond, digits)} ${what}/s`
}

/** Decimals that leave two significant digits. */
function significantDigits(size: number): number {
  return Math.max(0, 1 - Math.floor(Math.log10(size)))
}

/** Short scientific form for errors and divergences over many orders of magnitude: `3.1e-7`, `0.042`. */
export function formatSmall(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 0.001 && size < 10_000) return formatNumber(value, significantDigits(size))
  return value.toExponential(1).replace('-', '\u2212')
}
