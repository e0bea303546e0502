import { Trash2 } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useId, useState, type ReactNode } from 'react'
import type { Model } from '#contract/models'
import type { PlanSuite } from '#contract/plans'
import type { JudgeSource, JudgeUse, RubricRecord, Suite } from '#contract/suites'
import { Button, IconButton } from '../../components/button.tsx'
import { plural } from '../../format/numbers.ts'
import { judgeName } from '../../format/words.ts'

interface Props {
  readonly suite: PlanSuite
  readonly record: Suite | undefined
  readonly rubrics: readonly RubricRecord[]
  readonly models: readonly Model[]
  readonly onChange: (judges: readonly JudgeUse[]) => void
}

const expectationOfKind: Readonly<Record<string, RubricRecord['appliesTo'][number]>> = {
  harmful: 'refuse',
  benign: 'comply',
}

/** Judge models of a suite: they read the answers in jobs of their own, after all answers are there. */
export function Judges(props: Props): ReactNode {
  const { suite, record, rubrics, onChange } = props
  const expectation = expectationOfKind[record?.kind ?? '']
  const fitting = rubrics.filter(
    ({ appliesTo }) => expectation !== undefined && appliesTo.includes(expectation),
  )
  const judges = suite.judges ?? []
  if (fitting.length === 0 && judges.length === 0) return null
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button look="quiet" style={{ alignSelf: 'flex-start', marginLeft: -8 }}>
          {judges.length === 0 ? 'Judge models …' : `${plural(judges.length, 'judge model')} …`}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover stack"
          style={{ width: 380 }}
          sideOffset={4}
          aria-label={`Judge models of ${record?.title ?? suite.id}`}
        >
          {judges.length > 0 && (
            <ul className="stack tight">
              {judges.map((judge, index) => (
                <li key={index} className="line" style={{ flexWrap: 'nowrap' }}>
                  <span className="grow wrap-text">
                    <b>{judge.rubric}</b> by {judgeName(judge.by)}
                  </span>
                  <IconButton
                    label={`Remove ${judge.rubric} by ${judgeName(judge.by)}`}
                    onClick={() => onChange(judges.filter((other) => other !== judge))}
                  >
                    <Trash2 size={14} aria-hidden />
                  </IconButton>
                </li>
              ))}
            </ul>
          )}
          <JudgeForm {...props} rubrics={fitting} onAdd={(use) => onChange([...judges, use])} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

const endpoint = 'endpoint'

function JudgeForm({
  rubrics,
  models,
  onAdd,
}: Props & { readonly onAdd: (use: JudgeUse) => void }): ReactNode {
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
        disabled={!isComplete || cannotRead}
        onClick={() => onAdd({ rubric: rubric.id, by: source })}
      >
        Add the judge
      </Button>
    </>
  )
}
