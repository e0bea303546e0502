import { useMemo, type ReactNode } from 'react'
import { diffAnswers } from './answer-parts.ts'

/** An answer against the baseline's: what it adds, what it leaves out, where they part. Text only. */
export function AnswerDiff({ baseline, answer }: { baseline: string; answer: string }): ReactNode {
  const { parts, firstDivergence } = useMemo(
    () => diffAnswers(baseline, answer),
    [baseline, answer],
  )
  return (
    <bdi className="diff" dir="auto">
      {parts.map((part, index) => (
        <span key={index}>
          {index === firstDivergence && (
            <span className="divergence" title="The answers part here">
              ↯<span className="visually-hidden"> the answers part here </span>
            </span>
          )}
          {part.kind === 'same' ? (
            part.text
          ) : part.kind === 'added' ? (
            <ins>{part.text}</ins>
          ) : (
            <del>{part.text}</del>
          )}
        </span>
      ))}
    </bdi>
  )
}
