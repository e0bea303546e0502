import { useId, useState, type ReactNode } from 'react'
import type { Model } from '#contract/models'
import type { Expectation, JudgeSource, JudgeUse, RubricRecord, SuiteKind } from '#contract/suites'
import { Button } from './button.tsx'

const expectationOfKind: Readonly<Partial<Record<SuiteKind, Expectation>>> = {
  harmful: 'refuse',
  benign: 'comply',
}

/** Rubrics that judge answers to suites of this kind. */
export function fittingRubrics(
  rubrics: readonly RubricRecord[],
  kind: SuiteKind | undefined,
): readonly RubricRecord[] {
  const expectation = kind === undefined ? undefined : expectationOfKind[kind]
  return rubrics.filter(
    ({ appliesTo }) => expectation !== undefined && appliesTo.includes(expectation),
  )
}

const endpoint = 'endpoint'

/** A rubric, and who puts it to the answers: a registered model, or a server on this machine. */
export function JudgeForm({
  rubrics,
  models,
  onAdd,
  isBusy = false,
}: {
  rubrics: readonly RubricRecord[]
  models: readonly Model[]
  onAdd: (use: JudgeUse) => void
  isBusy?: boolean
}): ReactNode {
  const id = useId()
  const runnable = models.filter(
    ({ unsupported, isPresent }) => unsupported.length === 0 && isPresent,
  )
  const [rubricId, setRubric] = useState(rubrics[0]?.id ?? '')
  const [by, setBy] = useState(runnable[0]?.id ?? endpoint)
  const [url, setUrl] = useState('http://127.0.0.1:8080/v1')
  const [name, setName] = useState('')
  const rubric = rubrics.find((candidate) => candidate.id === rubricId)
  if (rubric === undefined) return null
  const isServer = by === endpoint
  const cannotRead = isServer && rubric.reads === 'probabilities'
  const source: JudgeSource = isServer
    ? { kind: 'endpoint', url: url.trim(), model: name.trim() }
    : { kind: 'model', modelId: by }
  const isComplete = !isServer || (url.trim() !== '' && name.trim() !== '')
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}-rubric`}>Rubric</label>
        <select
          id={`${id}-rubric`}
          className="select"
          value={rubricId}
          onChange={(event) => setRubric(event.target.value)}
        >
          {rubrics.map(({ id: value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
        <span className="hint">{rubric.summary}</span>
      </div>
      <div className="field">
        <label htmlFor={`${id}-by`}>Judged by</label>
        <select
          id={`${id}-by`}
          className="select"
          value={by}
          onChange={(event) => setBy(event.target.value)}
        >
          {runnable.map((model) => (
            <option key={model.id} value={model.id}>
              {model.name}
            </option>
          ))}
          <option value={endpoint}>a server on this machine</option>
        </select>
        {cannotRead && (
          <p className="problem">
            This rubric reads probabilities, which only a registered model gives.
          </p>
        )}
      </div>
      {isServer && (
        <>
          <div className="field">
            <label htmlFor={`${id}-url`}>Address</label>
            <input
              id={`${id}-url`}
              className="input"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
            <span className="hint">It speaks the OpenAI chat protocol; only this machine.</span>
          </div>
          <div className="field">
            <label htmlFor={`${id}-model`}>Its model</label>
            <input
              id={`${id}-model`}
              className="input"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </div>
        </>
      )}
      <Button
        look="primary"
        disabled={!isComplete || cannotRead || isBusy}
        onClick={() => onAdd({ rubric: rubric.id, by: source })}
      >
        Add the judge
      </Button>
    </>
  )
}
