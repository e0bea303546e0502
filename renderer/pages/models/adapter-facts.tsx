import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AdapterInspection } from '#contract/adapters'
import { formatNumber } from '../../format/numbers.ts'
import { formatParameters, formatSize } from '../../format/sizes.ts'

/** Everything that was read from an adapter, and why it cannot be used if it cannot. */
export function AdapterFacts({ adapter }: { adapter: AdapterInspection }): ReactNode {
  return (
    <div className="stack">
      {adapter.unsupported.map((reason) => (
        <p key={reason} className="notice">
          <TriangleAlert size={15} aria-label="Not supported" role="img" /> <span>{reason}</span>
        </p>
      ))}
      <dl className="facts">
        <dt>Rank</dt>
        <dd>
          {adapter.rank}, alpha{' '}
          {formatNumber(adapter.alpha, Number.isInteger(adapter.alpha) ? 0 : 2)}
        </dd>
        <dt>Modules</dt>
        <dd>{adapter.targets.join(', ')}</dd>
        <dt>Layers</dt>
        <dd>{rangesText(adapter.layers)}</dd>
        <dt>Made for</dt>
        <dd>{adapter.baseModel ?? 'not stated'}</dd>
        <dt>Parameters</dt>
        <dd>
          {formatParameters(adapter.parameters)}, {formatSize(adapter.sizeBytes)}
        </dd>
      </dl>
    </div>
  )
}

/** `[0, 1, 2, 5]` -> `0-2, 5`. */
export function rangesText(numbers: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const value of numbers) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === value - 1) last[1] = value
    else ranges.push([value, value])
  }
  return ranges
    .map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))
    .join(', ')
}
