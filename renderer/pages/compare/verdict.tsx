import { CircleEqual, Info, ShieldAlert, ShieldCheck, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Comparison } from '#contract/comparisons'

type Line = Comparison['verdict'][number]

const tones: Readonly<Record<Line['tone'], { Icon: typeof Info; word: string; look: string }>> = {
  worse: { Icon: ShieldAlert, word: 'Worse', look: 'tone-bad' },
  better: { Icon: ShieldCheck, word: 'Better', look: 'tone-good' },
  same: { Icon: CircleEqual, word: 'Inside the noise', look: 'soft' },
  note: { Icon: Info, word: 'Note', look: 'soft' },
  warning: { Icon: TriangleAlert, word: 'Warning', look: 'tone-unknown' },
}

/** The answer first: full sentences that the statistics support. */
export function Verdict({ verdict }: { verdict: readonly Line[] }): ReactNode {
  if (verdict.length === 0) return <p className="soft">No sample was judged yet.</p>
  return (
    <section aria-label="Verdict" className="card verdicts" data-testid="verdict">
      {verdict.map(({ tone, text }, index) => {
        const { Icon, word, look } = tones[tone]
        return (
          <p key={index} className="verdict">
            <Icon size={index === 0 ? 18 : 15} className={look} aria-label={word} role="img" />
            <span>{text}</span>
          </p>
        )
      })}
    </section>
  )
}
