import { useState, type ReactNode } from 'react'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { fittingRubrics, JudgeForm } from '../../components/judge-form.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Moment } from '../../components/moment.tsx'
import { formatCount } from '../../format/numbers.ts'
import { judgeLabel } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import type { LiveJob } from '../../hooks/use-live-runs.ts'
import { useTask } from '../../hooks/use-task.ts'

/** Who judged the stored answers, and when; another judge needs no new answers. */
export function Scorings({ job }: { job: LiveJob }): ReactNode {
  const scorings = useCall('jobs.scorings', { id: job.id }, { refreshOn: ['job-changed'] })
  return (
    <div className="stack wide">
      <Loaded state={scorings}>
        {(data) => (
          <table className="plain-table" style={{ maxWidth: 820 }}>
            <thead>
              <tr>
                <th scope="col">Judge</th>
                <th scope="col" className="numeric">
                  Version
                </th>
                <th scope="col" className="numeric">
                  Samples
                </th>
                <th scope="col">When</th>
                <th scope="col">Used</th>
              </tr>
            </thead>
            <tbody>
              {data.map((scoring) => (
                <tr key={scoring.id}>
                  <td>{judgeLabel(scoring.scorer, scoring.variant)}</td>
                  <td className="numeric">{scoring.version}</td>
                  <td className="numeric">{formatCount(scoring.samples)}</td>
                  <td>
                    <Moment at={scoring.scoredAt} />
                  </td>
                  <td>{scoring.isCurrent ? 'in the figures' : 'history'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
      <Rescore job={job} onDone={scorings.reload} />
      <JudgeByModel job={job} />
    </div>
  )
}

function Rescore({ job, onDone }: { job: LiveJob; onDone: () => void }): ReactNode {
  const scorers = useCall('catalog.scorers', {})
  const { run, isRunning } = useTask()
  const [chosen, setChosen] = useState('')
  const choices = (scorers.data ?? [])
    .filter((scorer) => scorer.isOffline)
    .flatMap((scorer) =>
      scorer.variants.map((variant) => ({
        key: `${scorer.id} ${variant.id}`,
        id: scorer.id,
        variant: variant.id,
        title: `${scorer.title}: ${variant.title}`,
      })),
    )
  const choice = choices.find(({ key }) => key === chosen) ?? choices[0]
  if (choice === undefined) return null
  return (
    <div className="line">
      <label className="line">
        Judge the stored answers again with
        <select
          className="select"
          value={choice.key}
          onChange={(event) => setChosen(event.target.value)}
        >
          {choices.map(({ key, title }) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Button
        disabled={isRunning || job.done === 0}
        onClick={() =>
          void run(async () => {
            await call('jobs.rescore', {
              id: job.id,
              scorer: { id: choice.id, variant: choice.variant },
            })
            onDone()
          }, 'Judged again; the earlier scores stay as history.')
        }
      >
        {isRunning ? 'Judging …' : 'Judge again'}
      </Button>
    </div>
  )
}

/** A judge model reads the stored answers in a job of its own. */
function JudgeByModel({ job }: { job: LiveJob }): ReactNode {
  const rubrics = useCall('catalog.rubrics', {})
  const models = useCall('models.list', {}, { refreshOn: ['models-changed'] })
  const suites = useCall('suites.list', {})
  const { run, isRunning } = useTask()
  const kind = suites.data?.find(({ id }) => id === job.suiteId)?.kind
  const fitting = fittingRubrics(rubrics.data ?? [], kind)
  if (fitting.length === 0 || models.data === null) return null
  return (
    <details style={{ maxWidth: 480 }}>
      <summary>Let a model judge the stored answers</summary>
      {job.status === 'done' ? (
        <div className="stack" style={{ marginTop: 10 }}>
          <JudgeForm
            rubrics={fitting}
            models={models.data}
            isBusy={isRunning}
            onAdd={(use) =>
              void run(
                () => call('jobs.judge', { id: job.id, use }),
                'The judging waits in the queue, as a job of this run.',
              )
            }
          />
        </div>
      ) : (
        <p className="soft">Once the job is done.</p>
      )}
    </details>
  )
}
