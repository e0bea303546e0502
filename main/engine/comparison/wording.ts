/**
 * Numbers as people read them, in verdicts and reports: as many digits as the interval supports, percent for rates,
 * points for differences of rates, a true minus sign.
 */
import type { Difference, Estimate } from '#contract/comparisons'
import type { PlanSuite } from '#contract/plans'
import type { MetricRecord, SuiteRecord } from '#contract/suites'

export type Unit = MetricRecord['unit']

/** Where a number is not known. */
export const unknownText = '–'

/** Fixed digits, thousands grouped, a true minus sign; never a minus before zero. */
export function formatNumber(value: number, digits = 0): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '\u2212∞' : unknownText
  const [whole, fraction] = Math.abs(value).toFixed(digits).split('.')
  const grouped = (whole ?? '').replace(/\B(?=(\d{3})+$)/g, ',')
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text
}

/** Decimals that show an interval of this width with two significant digits, 0 to 4; one without an interval. */
export function digitsFor(width: number | null): number {
  if (width === null || !Number.isFinite(width) || width <= 0) return 1
  return Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(width))))
}

/** `7.7%`, `[5.7, 10.3]`. The interval is empty where there is none. */
export function estimateText(estimate: Estimate, unit: Unit): { value: string; interval: string } {
  const { low, high, value } = estimate
  if (value === null) return { value: unknownText, interval: '' }
  const scale = scaleOf(unit)
  const digits = digitsOfInterval({ low, high, unit })
  return {
    value: formatNumber(value * scale, digits) + suffixOf(unit),
    interval:
      low === null || high === null
        ? ''
        : `[${formatNumber(low * scale, digits)}, ${formatNumber(high * scale, digits)}]`,
  }
}

/** `+4.2 points`, `[2.1, 6.6]`; with `isSigned` false the size only, for "rose" and "fell" to say which way. */
export function differenceText(
  difference: Difference,
  unit: Unit,
  isSigned = true,
): { value: string; interval: string } {
  const { low, high, value } = difference
  const scale = scaleOf(unit)
  const digits = digitsOfInterval({ low, high, unit })
  const suffix = differenceSuffixOf(unit)
  const span = (from: number, to: number): string =>
    `[${formatNumber(from * scale, digits)}, ${formatNumber(to * scale, digits)}]`
  if (isSigned) return { value: signed(value * scale, digits) + suffix, interval: span(low, high) }
  const [near, far] = value < 0 ? [-high, -low] : [low, high]
  return {
    value: formatNumber(Math.abs(value * scale), digits) + suffix,
    interval: span(near, far),
  }
}

/** Smallest difference that could have been seen, `3.1 points`; null when it is not known. */
export function detectableText(difference: Difference, unit: Unit): string | null {
  if (difference.detectable === null) return null
  const value = difference.detectable * scaleOf(unit)
  return formatNumber(value, digitsFor(value * 4)) + differenceSuffixOf(unit)
}

function signed(value: number, digits: number): string {
  const text = formatNumber(value, digits)
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

function digitsOfInterval(input: { low: number | null; high: number | null; unit: Unit }): number {
  const { low, high, unit } = input
  const width = low === null || high === null ? null : (high - low) * scaleOf(unit)
  // A rate over n samples never earns more than two decimals in percent.
  return isShare(unit) ? Math.min(2, digitsFor(width)) : digitsFor(width)
}

/** Between 0 and 1, shown in percent; differences are points then. */
export function isShare(unit: Unit): boolean {
  return unit === 'rate' || unit === 'f1'
}

/** From the stored unit to the one shown. */
export function scaleOf(unit: Unit): number {
  if (isShare(unit)) return 100
  return unit === 'bytes' ? 1e-9 : 1
}

export function suffixOf(unit: Unit): string {
  const suffixes = {
    rate: '%',
    f1: '%',
    nats: ' nats',
    bits: ' bits',
    perplexity: '',
    'per-second': '/s',
    bytes: ' GB',
  } as const
  return suffixes[unit]
}

function differenceSuffixOf(unit: Unit): string {
  return isShare(unit) ? ' points' : suffixOf(unit)
}

/** `p 0.0003`, `p < 0.0001`. */
export function pText(p: number): string {
  if (p < 0.0001) return 'p < 0.0001'
  return `p ${formatNumber(p, p < 0.001 ? 4 : p < 0.1 ? 3 : 2)}`
}

/** `1 sample`, `1,200 samples`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}

type SuiteOptions = Pick<
  PlanSuite,
  'limit' | 'shuffleSeed' | 'spread' | 'only' | 'locales' | 'partition' | 'examples'
>

/**
 * `all samples`, `the first 100`, `100 by seed 7, safe half only`, `300 utterances at even spacing in en-US, th-TH, 4 worked examples`:
 * whatever makes two columns read something else.
 */
export function optionsText(
  options: SuiteOptions,
  suite: Pick<SuiteRecord, 'kind' | 'examples'>,
): string {
  const { only, locales, partition, examples } = options
  const half = {
    all: '',
    refuse: ', only those to refuse',
    comply: ', only those to answer',
  }[only]
  const where = locales === undefined ? '' : ` in ${locales.join(', ')}`
  const part = partition === undefined || partition === 'test' ? '' : `, partition ${partition}`
  const shown = examples ?? suite.examples ?? 0
  const worked = shown === 0 ? '' : `, ${counted(shown, 'worked example')}`
  return `${choiceText(options, suite)}${where}${half}${part}${worked}`
}

/** Of utterances the engine takes the same ones in every language, at even spacing unless they are drawn. */
function choiceText(
  { limit, shuffleSeed, spread }: SuiteOptions,
  { kind }: Pick<SuiteRecord, 'kind'>,
): string {
  const areUtterances = kind === 'nlu'
  if (limit === null) return areUtterances ? 'all utterances' : 'all samples'
  const isSpread = areUtterances ? shuffleSeed === null : spread
  const count = areUtterances ? counted(limit, 'utterance') : `${limit}`
  const choice = isSpread ? `${count} at even spacing` : `the first ${count}`
  return `${choice}${shuffleSeed === null ? '' : ` after a shuffle with seed ${shuffleSeed}`}`
}
