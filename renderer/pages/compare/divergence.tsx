import type { ReactNode } from 'react'
import type { Response } from '#contract/suites'
import { formatNumber, plural } from '../../format/numbers.ts'
import { formatDuration } from '../../format/times.ts'

/** Where two answers part, and how sure each configuration was of its token there. */
export function Divergence({
  response,
  baseline,
}: {
  response: Response
  baseline: Response | null
}): ReactNode {
  const parted = baseline === null ? null : findDivergence(baseline.tokenIds, response.tokenIds)
  const own = parted === null ? undefined : response.tokenLogProbs[parted]
  const before = parted === null ? undefined : baseline?.tokenLogProbs[parted]
  return (
    <p className="soft small">
      {plural(response.tokenIds.length, 'token')} in {formatDuration(response.latencyMs)},{' '}
      {response.finishReason === 'stop' ? 'ended by itself' : 'cut at the length limit'}.
      {response.tokenLogProbs.length > 0 &&
        ` Mean log-probability ${formatNumber(mean(response.tokenLogProbs), 2)}.`}
      {baseline !== null &&
        (parted === null
          ? ' Token for token the baseline’s answer.'
          : ` Parts from the baseline at token ${parted + 1}${
              own === undefined || before === undefined
                ? '.'
                : `: chosen with log-probability ${formatNumber(own, 2)}, the baseline’s with ${formatNumber(before, 2)} in its own run.`
            }`)}
    </p>
  )
}

/** Index of the first token that differs; null when one is not longer and all agree. */
export function findDivergence(a: readonly number[], b: readonly number[]): number | null {
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index += 1) {
    if (a[index] !== b[index]) return index
  }
  return a.length === b.length ? null : shared
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
