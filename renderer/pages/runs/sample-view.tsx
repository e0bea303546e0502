import type { ReactNode } from 'react'
import type { SampleDetail } from '#contract/comparisons'
import { JudgedScores } from '../../components/judged-scores.tsx'
import { SensitiveText } from '../../components/sensitive-text.tsx'
import { GoldUtterance, TakenUtterance } from '../../components/utterance-view.tsx'
import { formatNumber, plural } from '../../format/numbers.ts'
import { formatDuration } from '../../format/times.ts'
import { expectationWords } from '../../format/words.ts'

/** One stored sample whole: prompt, what the model saw, its answer, all scores. */
export function SampleView({ sample }: { sample: SampleDetail }): ReactNode {
  const isSensitive = sample.expectation === 'refuse'
  const expected = expectationWords[sample.expectation] ?? ''
  const { response } = sample
  return (
    <>
      <p className="line">
        {expected !== '' && <span className="badge">{expected}</span>}
        {sample.category !== null && (
          <span className="badge">
            <bdi dir="auto">{sample.category}</bdi>
          </span>
        )}
        <span className="soft">{sample.configurationName}</span>
      </p>
      <section className="stack tight">
        <h3>Prompt</h3>
        {sample.utterance === undefined ? (
          <div className="answer-text">
            <SensitiveText text={sample.prompt} isSensitive={isSensitive} what="prompt" />
          </div>
        ) : (
          <GoldUtterance utterance={sample.utterance} />
        )}
      </section>
      <section className="stack tight">
        <h3>Answer</h3>
        {response === null ? (
          <p className="tone-bad">It failed on this sample; there is no answer.</p>
        ) : (
          <>
            {sample.utterance !== undefined && response.understanding !== undefined && (
              <TakenUtterance
                utterance={sample.utterance}
                understanding={response.understanding}
                scores={sample.scores}
              />
            )}
            <div className="answer-text">
              <SensitiveText
                text={response.text === '' ? '(empty answer)' : response.text}
                isSensitive={isSensitive}
                what="answer"
              />
            </div>
            <p className="soft small">
              {plural(response.tokenIds.length, 'token')} in {formatDuration(response.latencyMs)},{' '}
              {response.finishReason === 'stop' ? 'ended by itself' : 'cut at the length limit'}
              {response.tokenLogProbs.length > 0 &&
                `, first token with log-probability ${formatNumber(response.tokenLogProbs[0] ?? 0, 2)}`}
              .
            </p>
          </>
        )}
      </section>
      <section className="stack tight">
        <h3>Scores</h3>
        <JudgedScores scores={sample.scores} isSensitive={isSensitive} />
      </section>
      {response !== null && (
        <details>
          <summary>As the model saw it ({plural(response.promptTokens, 'token')})</summary>
          <div className="answer-text mono">
            <SensitiveText
              text={response.renderedPrompt}
              isSensitive={isSensitive}
              what="rendered prompt"
            />
          </div>
        </details>
      )}
    </>
  )
}
