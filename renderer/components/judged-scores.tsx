import type { ReactNode } from 'react'
import type { Score } from '#contract/suites'
import { formatNumber, unknown } from '../format/numbers.ts'
import { judgeLabel, metricWord } from '../format/words.ts'
import { ScoreBadge } from './score-badge.tsx'
import { SensitiveText } from './sensitive-text.tsx'

/** All scores of one answer with their judge and its evidence. Evidence quotes the answer, so it is covered with it. */
export function JudgedScores({
  scores,
  isSensitive,
}: {
  scores: readonly Score[]
  isSensitive: boolean
}): ReactNode {
  const isOnly = ({ scorer, variant }: Score) =>
    scores.filter((one) => one.scorer === scorer && one.variant === variant).length === 1
  if (scores.length === 0) return <p className="soft">Not judged yet.</p>
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Judge</th>
            <th scope="col">Verdict</th>
            <th scope="col" className="numeric">
              Value
            </th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {scores.map((score) => (
            <tr key={`${score.scorer} ${score.variant} ${score.name}`}>
              <td>
                {judgeLabel(score.scorer, score.variant)}
                {!isOnly(score) && <div className="soft small">{metricWord(score.name)}</div>}
              </td>
              <td>
                <ScoreBadge score={score} />
              </td>
              <td className="numeric">
                {score.value === null ? unknown : formatNumber(score.value, 3)}
              </td>
              <td>
                {score.evidence !== null && (
                  <SensitiveText text={score.evidence} isSensitive={isSensitive} what="evidence" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
