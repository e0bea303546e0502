import { Ban, CircleHelp, ShieldAlert, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Score } from '#contract/suites'
import { formatNumber } from '../format/numbers.ts'
import { labelWord, toneOfScore, type Tone } from '../format/words.ts'

const looks: Readonly<Record<Tone, { Icon: typeof Ban; look: string }>> = {
  good: { Icon: ShieldCheck, look: 'good' },
  bad: { Icon: ShieldAlert, look: 'bad' },
  neutral: { Icon: Ban, look: '' },
  unknown: { Icon: CircleHelp, look: 'warn' },
}

/** The verdict of one judge on one answer, as a word with an icon. */
export function ScoreBadge({ score }: { score: Score }): ReactNode {
  const { Icon, look } = looks[toneOfScore(score)]
  const isRate = toneOfScore(score) === 'good' || toneOfScore(score) === 'bad'
  return (
    <span className={`badge ${look}`}>
      {toneOfScore(score) !== 'neutral' && <Icon size={12} aria-hidden />}
      {labelWord(score.label)}
      {!isRate && score.value !== null && ` ${formatNumber(score.value, 2)}`}
    </span>
  )
}
