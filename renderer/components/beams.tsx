import type { ReactNode } from 'react'
import { defaultBeams } from '#contract/configurations'

const most = 4

/** How many answers a text-to-text model follows at once before it settles on the likeliest; null: as published. */
export function Beams({
  beams,
  label,
  onChange,
}: {
  beams: number | undefined
  label: string
  onChange: (beams: number | null) => void
}): ReactNode {
  return (
    <label className="line small" style={{ flexWrap: 'nowrap' }}>
      Beams
      <select
        className="select"
        aria-label={label}
        value={beams ?? ''}
        onChange={(event) =>
          onChange(event.target.value === '' ? null : Number(event.target.value))
        }
      >
        <option value="">{defaultBeams}, as published</option>
        {Array.from({ length: most }, (_, at) => at + 1).map((count) => (
          <option key={count} value={count}>
            {count === 1 ? '1, greedy' : count}
          </option>
        ))}
      </select>
    </label>
  )
}
