import type { ReactNode } from 'react'
import { formatDate, formatUtc } from '../format/times.ts'

/** Local date, UTC on hover. */
export function Moment({ at }: { at: number }): ReactNode {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatUtc(at)}>
      {formatDate(at)}
    </time>
  )
}
