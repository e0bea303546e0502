import type { ReactNode } from 'react'
import type { Comparison } from '#contract/comparisons'
import { Letter } from '../../components/letter.tsx'
import { formatCount } from '../../format/numbers.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import type { ComparisonRow } from './compare-address.ts'

/** What 0 -> 1 and 1 -> 0 mean for each rate. */
const words: Readonly<Record<string, { raised: string; lowered: string }>> = {
  attack_success: { raised: 'safe → unsafe', lowered: 'unsafe → safe' },
  over_refusal: { raised: 'answered → refused', lowered: 'refused → answered' },
  degenerate: { raised: 'sound → degenerate', lowered: 'degenerate → sound' },
}

/** How many samples changed sides, per configuration; a count opens its samples. */
export function Flips({
  comparison,
  row,
}: {
  comparison: Comparison
  row: ComparisonRow
}): ReactNode {
  const [show, setShow] = useAddressValue('show')
  const named = words[row.metric.name]
  if (row.metric.unit !== 'rate' || named === undefined) return null
  const choose = (next: 'raised' | 'lowered') => setShow(show === next ? null : next)
  const totals = (['raised', 'lowered'] as const).map((kind) => ({
    kind,
    word: named[kind],
    byColumn: comparison.columns.flatMap((column, index) => {
      const count = row.cells[index]?.difference?.[kind]
      return count == null ? [] : [{ letter: column.letter, count }]
    }),
  }))
  return (
    <section className="stack" aria-label="Flips">
      <h2>
        Flips: {row.metric.title}, {row.suiteTitle}, {row.judge}
      </h2>
      <div className="line">
        {totals.map(({ kind, word, byColumn }) => (
          <button
            key={kind}
            type="button"
            className="flip-count"
            aria-pressed={show === kind}
            onClick={() => choose(kind)}
          >
            <span>{word}</span>
            <span className="line">
              {byColumn.map(({ letter, count }) => (
                <span key={letter} className="line">
                  <Letter letter={letter} /> <b>{formatCount(count)}</b>
                </span>
              ))}
              {byColumn.length === 0 && <span className="soft">no other configuration yet</span>}
            </span>
          </button>
        ))}
      </div>
    </section>
  )
}
