import type { ReactNode } from 'react'
import type { Comparison, SampleDetail as Detail } from '#contract/comparisons'
import { AnswerDiff } from '../../components/answer-diff.tsx'
import { DetailPane } from '../../components/detail-pane.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { JudgedScores } from '../../components/judged-scores.tsx'
import { Letter } from '../../components/letter.tsx'
import { SensitiveText } from '../../components/sensitive-text.tsx'
import { GoldUtterance, TakenUtterance } from '../../components/utterance-view.tsx'
import { expectationWords } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { Divergence } from './divergence.tsx'

/** One sample whole: the prompt, and each configuration's answer against the baseline's with its scores. */
export function SampleDetail({
  rowIds,
  comparison,
}: {
  rowIds: readonly number[]
  comparison: Comparison
}): ReactNode {
  const [, setSample] = useAddressValue('sample')
  const baselineIndex = Math.max(
    0,
    comparison.columns.findIndex((column) => column.isBaseline),
  )
  const baselineRow = rowIds[baselineIndex] ?? 0
  const baseline = useCall('samples.get', baselineRow === 0 ? null : { rowId: baselineRow })
  const firstRow = rowIds.find((rowId) => rowId !== 0)
  const first = useCall('samples.get', firstRow === undefined ? null : { rowId: firstRow })
  const sample = first.data
  return (
    <DetailPane title={sample?.sampleId ?? 'Sample'} onClose={() => setSample(null)}>
      {first.error !== null && <ErrorPanel error={first.error} onRetry={first.reload} />}
      {sample !== null && <PromptView sample={sample} />}
      {comparison.columns.map((column, index) => {
        const rowId = rowIds[index] ?? 0
        return (
          <section key={column.hash} className="stack">
            <h3 className="line">
              <Letter letter={column.letter} />
              <bdi className="grow clip" dir="auto">
                {column.name}
              </bdi>
            </h3>
            {rowId === 0 ? (
              <p className="soft">Not run on this sample.</p>
            ) : (
              <AnswerView rowId={rowId} baseline={index === baselineIndex ? null : baseline.data} />
            )}
          </section>
        )
      })}
    </DetailPane>
  )
}

function PromptView({ sample }: { sample: Detail }): ReactNode {
  const expected = expectationWords[sample.expectation] ?? ''
  return (
    <section className="stack">
      <p className="line">
        {expected !== '' && <span className="badge">{expected}</span>}
        {sample.category !== null && (
          <span className="badge">
            <bdi dir="auto">{sample.category}</bdi>
          </span>
        )}
      </p>
      {sample.utterance === undefined ? (
        <div className="answer-text">
          <SensitiveText
            text={sample.prompt}
            isSensitive={sample.expectation === 'refuse'}
            what="prompt"
          />
        </div>
      ) : (
        <GoldUtterance utterance={sample.utterance} />
      )}
      {sample.response !== null && (
        <details>
          <summary>As the model saw it ({sample.response.promptTokens} tokens)</summary>
          <div className="answer-text mono">
            <SensitiveText
              text={sample.response.renderedPrompt}
              isSensitive={sample.expectation === 'refuse'}
              what="rendered prompt"
            />
          </div>
        </details>
      )}
      {Object.keys(sample.metadata).length > 0 && (
        <dl className="facts small">
          {Object.entries(sample.metadata).map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>
                <SensitiveText
                  text={value}
                  isSensitive={sample.expectation === 'refuse'}
                  what={name}
                />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

function AnswerView({ rowId, baseline }: { rowId: number; baseline: Detail | null }): ReactNode {
  const state = useCall('samples.get', { rowId })
  if (state.error !== null) return <ErrorPanel error={state.error} onRetry={state.reload} />
  const detail = state.data
  if (detail === null) return null
  const isSensitive = detail.expectation === 'refuse'
  const text = detail.response?.text ?? ''
  const before = baseline?.response?.text
  const { utterance } = detail
  const understanding = detail.response?.understanding
  return (
    <>
      {utterance !== undefined && understanding !== undefined && (
        <TakenUtterance
          utterance={utterance}
          understanding={understanding}
          scores={detail.scores}
        />
      )}
      {detail.response === null ? (
        <p className="tone-bad">It failed on this sample; there is no answer.</p>
      ) : understanding !== undefined ? null : (
        <div className="answer-text">
          <SensitiveText text={text} isSensitive={isSensitive} what="answer">
            {before === undefined || before === text ? (
              <bdi dir="auto">{text === '' ? '(empty answer)' : text}</bdi>
            ) : (
              <AnswerDiff baseline={before} answer={text} />
            )}
          </SensitiveText>
        </div>
      )}
      {detail.response !== null && understanding === undefined && (
        <Divergence response={detail.response} baseline={baseline?.response ?? null} />
      )}
      <JudgedScores scores={detail.scores} isSensitive={isSensitive} />
    </>
  )
}
