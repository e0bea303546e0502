import { CircleEqual, Info, ShieldAlert, ShieldCheck, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Comparison, ComparisonColumn } from '#contract/comparisons'
import { Letter } from '../../components/letter.tsx'

type Line = Comparison['verdict'][number]

const tones: Readonly<Record<Line['tone'], { Icon: typeof Info; word: string; look: string }>> = {
  worse: { Icon: ShieldAlert, word: 'Worse', look: 'tone-bad' },
  better: { Icon: ShieldCheck, word: 'Better', look: 'tone-good' },
  same: { Icon: CircleEqual, word: 'Inside the noise', look: 'soft' },
  note: { Icon: Info, word: 'Note', look: 'soft' },
  warning: { Icon: TriangleAlert, word: 'Warning', look: 'tone-unknown' },
}

/** Lines shown at once: the answer and what it rests on; more would push the evidence out of sight. */
const mostLines = 6

/** The answer first: full sentences that the statistics support. */
export function Verdict({
  verdict,
  columns = [],
}: {
  verdict: readonly Line[]
  /** What the letters of its sentences stand for, where nothing else in sight says so. */
  columns?: readonly ComparisonColumn[]
}): ReactNode {
  if (verdict.length === 0) return <p className="soft">No sample was judged yet.</p>
  const isLong = verdict.length > mostLines + 1
  const shown = isLong ? verdict.slice(0, mostLines) : verdict
  const rest = isLong ? verdict.slice(mostLines) : []
  return (
    <section aria-label="Verdict" className="card verdicts" data-testid="verdict">
      {shown.map((line, index) => (
        <VerdictLine key={index} line={line} isFirst={index === 0} />
      ))}
      {columns.length > mostKnown && <Key columns={columns} />}
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more findings and notes</summary>
          <div className="verdicts" style={{ marginTop: 6 }}>
            {rest.map((line, index) => (
              <VerdictLine key={index} line={line} isFirst={false} />
            ))}
          </div>
        </details>
      )}
    </section>
  )
}

/** Sentences about so few configurations name each of them. */
const mostKnown = 3

function Key({ columns }: { columns: readonly ComparisonColumn[] }): ReactNode {
  return (
    <details>
      <summary>Which letter is which</summary>
      <ul className="letter-key">
        {columns.map(({ hash, letter, name }) => (
          <li key={hash} className="line">
            <Letter letter={letter} />
            <bdi dir="auto" className="clip" title={name}>
              {name}
            </bdi>
          </li>
        ))}
      </ul>
    </details>
  )
}

function VerdictLine({ line, isFirst }: { line: Line; isFirst: boolean }): ReactNode {
  const { Icon, word, look } = tones[line.tone]
  return (
    <p className={`verdict ${isFirst ? 'first' : ''}`}>
      <Icon size={isFirst ? 18 : 15} className={look} aria-label={word} role="img" />
      <span>{line.text}</span>
    </p>
  )
}
