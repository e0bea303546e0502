import type { ReactNode } from 'react'
import type { Difference, Estimate as EstimateData } from '#contract/comparisons'
import {
  differenceVerdict,
  formatDifference,
  formatEstimate,
  isShare,
  scaleOf,
  type Unit,
} from '../format/numbers.ts'

/** A number never stands alone: value, interval as text and as a thin bar, n. */
export function Estimate({
  estimate,
  unit,
  domain,
}: {
  estimate: EstimateData
  unit: Unit
  /** Ends of the bar in stored units; rates use 0 to 1. */
  domain?: readonly [number, number]
}): ReactNode {
  const text = formatEstimate(estimate, unit)
  return (
    <span className="estimate" title={estimateTitle(estimate)}>
      <span>
        <span className="main">{text.value}</span>{' '}
        <span className="soft small">{text.interval}</span>
      </span>
      <IntervalBar estimate={estimate} domain={domain ?? (isShare(unit) ? [0, 1] : null)} />
      <span className="under">
        {text.n}
        {text.leftOut !== '' && <>, {text.leftOut}</>}
      </span>
    </span>
  )
}

function estimateTitle(estimate: EstimateData): string {
  return estimate.low === null ? '' : `95% interval, ${estimate.method}`
}

function IntervalBar({
  estimate,
  domain,
}: {
  estimate: EstimateData
  domain: readonly [number, number] | null
}): ReactNode {
  const { value, low, high } = estimate
  if (domain === null || value === null || low === null || high === null) return null
  const [from, to] = domain
  const place = (at: number) => Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100))
  return (
    <span className="interval-bar" aria-hidden>
      <span
        className="range"
        style={{ left: `${place(low)}%`, width: `${place(high) - place(low)}%` }}
      />
      <span className="point" style={{ left: `${place(value)}%` }} />
    </span>
  )
}

/** Other minus baseline with its interval; what could not be detected says what could have been seen. */
export function DifferenceText({
  difference,
  unit,
  better,
}: {
  difference: Difference
  unit: Unit
  better: 'lower' | 'higher' | 'neither'
}): ReactNode {
  const text = formatDifference(difference, unit)
  const tone = differenceTone(difference, better)
  return (
    <span className="estimate" title={`${text.n}, ${difference.method}`}>
      <span className={tone === 'worse' ? 'tone-bad' : tone === 'better' ? 'tone-good' : ''}>
        <span className={difference.isDetected ? 'main' : ''}>{text.value}</span>{' '}
        <span className="small">{text.interval}</span>
      </span>
      <span className="under">
        {tone !== 'same' && <b>{tone}, </b>}
        {differenceVerdict(difference, unit)}
      </span>
    </span>
  )
}

/** Which way a detected difference points; not detected is the same. */
export function differenceTone(
  difference: Pick<Difference, 'isDetected' | 'value'>,
  better: 'lower' | 'higher' | 'neither',
): 'worse' | 'better' | 'changed' | 'same' {
  if (!difference.isDetected) return 'same'
  if (better === 'neither') return 'changed'
  return difference.value > 0 === (better === 'higher') ? 'better' : 'worse'
}

/** Ends of a bar that all cells of a row share, so that they can be read against each other. */
export function sharedDomain(
  estimates: readonly (EstimateData | null)[],
  unit: Unit,
): readonly [number, number] | null {
  if (isShare(unit)) return [0, 1]
  const ends = estimates.flatMap((estimate) =>
    estimate === null || estimate.low === null || estimate.high === null
      ? []
      : [estimate.low, estimate.high],
  )
  if (ends.length === 0) return null
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  const room = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1 / scaleOf(unit)
  return [low - room, high + room]
}
