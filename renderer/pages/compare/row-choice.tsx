import type { ReactNode } from 'react'
import { focusOf, type ComparisonRow } from './compare-address.ts'

/** Which metric, suite and judge a figure draws. */
export function RowChoice({
  rows,
  row,
  label = 'Metric',
  onChoose,
}: {
  rows: readonly ComparisonRow[]
  row: ComparisonRow
  label?: string
  onChoose: (focus: string) => void
}): ReactNode {
  if (rows.length < 2) return null
  return (
    <select
      className="select"
      style={{ maxWidth: 260 }}
      aria-label={label}
      value={focusOf(row)}
      onChange={(event) => onChoose(event.target.value)}
    >
      {rows.map((candidate) => (
        <option key={focusOf(candidate)} value={focusOf(candidate)}>
          {candidate.metric.title}, {candidate.suiteTitle}, {candidate.judge}
        </option>
      ))}
    </select>
  )
}
