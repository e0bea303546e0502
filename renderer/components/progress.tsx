import type { ReactNode } from 'react'
import type { Job } from '#contract/jobs'
import { formatCount, formatRate } from '../format/numbers.ts'
import { formatDuration } from '../format/times.ts'

/** A bar; an unknown total moves instead of lying. */
export function ProgressBar({
  done,
  total,
  label,
  isFailed = false,
}: {
  done: number
  total: number | null
  label: string
  isFailed?: boolean
}): ReactNode {
  const share = total === null || total === 0 ? null : Math.min(1, done / total)
  return (
    <div
      className={`progress grow ${share === null ? 'unknown' : ''} ${isFailed ? 'failed' : ''}`}
      role="progressbar"
      aria-label={label}
      {...(share === null
        ? {}
        : { 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(share * 100) })}
    >
      <span {...(share === null ? {} : { style: { width: `${share * 100}%` } })} />
    </div>
  )
}

type JobNumbers = Pick<
  Job,
  'status' | 'stage' | 'done' | 'total' | 'samplesPerSecond' | 'tokensPerSecond' | 'remainingMs'
>

/** `214 of 520, 1.9 samples/s, 350 tokens/s, 2 min left`; what is not known is left out. */
export function jobProgressText(job: JobNumbers): string {
  const parts = [
    job.total === null
      ? `${formatCount(job.done)} done`
      : `${formatCount(job.done)} of ${formatCount(job.total)}`,
  ]
  if (job.status === 'running') {
    if (job.samplesPerSecond !== null) parts.push(formatRate(job.samplesPerSecond, 'samples'))
    if (job.tokensPerSecond !== null) parts.push(formatRate(job.tokensPerSecond, 'tokens'))
    if (job.remainingMs !== null) parts.push(`${formatDuration(job.remainingMs)} left`)
  }
  return parts.join(', ')
}
