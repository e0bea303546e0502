import { useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import type { Plan, PlanEstimate } from '#contract/plans'
import type { Suite } from '#contract/suites'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { safeFileName } from '../../components/save-file.ts'
import { formatNumber, plural } from '../../format/numbers.ts'
import { formatSize } from '../../format/sizes.ts'
import { formatDuration } from '../../format/times.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useTask } from '../../hooks/use-task.ts'
import { forgetDraft, keepDraft } from './kept-draft.ts'
import { draftProblem, hasSeveral, problemText } from './plan-draft.ts'

const estimateDelayMs = 200

/** What the plan will cost and what it could show, before it starts. */
export function PlanFoot({
  plan,
  suites,
  onChange,
}: {
  plan: Plan
  suites: readonly Suite[]
  onChange: (plan: Plan) => void
}): ReactNode {
  const problem = draftProblem(plan)
  useKeptDraft(plan)
  const settled = useSettled(plan)
  const estimate = useCall(
    'plans.estimate',
    problem === null && draftProblem(settled) === null ? { plan: settled } : null,
  )
  const expanded = useCall(
    'plans.expand',
    problem === null && hasSeveral(settled) && draftProblem(settled) === null
      ? { plan: settled }
      : null,
  )
  const { run, isRunning } = useTask()
  const navigate = useNavigate()
  const problems = problem !== null ? [problem] : (estimate.data?.problems ?? [])
  const start = () =>
    run(async () => {
      const started = await call('plans.start', { plan })
      forgetDraft()
      await navigate(`/runs/${started.id}`)
    })
  const save = () =>
    run(async () => {
      const { yaml } = await call('plans.print', { plan })
      await call('dialogs.savePlan', { yaml, suggestedName: safeFileName(plan.name) })
    })
  return (
    <div className="foot-bar" aria-label="Estimate" role="region">
      <div className="figures" aria-live="polite">
        {problem === null && estimate.data !== null && (
          <>
            {hasSeveral(plan) && expanded.data !== null && expanded.error === null && (
              <b title={expanded.data.configurations.map(({ name }) => name).join('\n')}>
                {plural(expanded.data.configurations.length, 'configuration')}
              </b>
            )}
            {estimate.data.jobs > 0 && (
              <Figures estimate={estimate.data} suites={suites} isPending={estimate.isPending} />
            )}
          </>
        )}
        {estimate.error !== null && <span className="tone-bad">{estimate.error.message}</span>}
        {problems.map((text) => (
          <span key={text} className={`problem ${problem === null ? 'tone-bad' : 'soft'}`}>
            {problemText(text)}
          </span>
        ))}
      </div>
      <label className="line small">
        Batch
        <input
          className="input numeric"
          style={{ width: 74 }}
          type="number"
          min={1}
          max={512}
          placeholder="auto"
          value={plan.batchSize ?? ''}
          onChange={(event) => {
            const batchSize = event.target.valueAsNumber
            onChange({ ...plan, batchSize: Number.isInteger(batchSize) ? batchSize : null })
          }}
        />
      </label>
      <Button disabled={problem !== null || isRunning} onClick={() => void save()}>
        Save as a plan file
      </Button>
      <Button
        look="primary"
        disabled={problems.length > 0 || isRunning}
        onClick={() => void start()}
      >
        {isRunning ? 'Starting …' : 'Start'}
      </Button>
    </div>
  )
}

function Figures({
  estimate,
  suites,
  isPending,
}: {
  estimate: PlanEstimate
  suites: readonly Suite[]
  isPending: boolean
}): ReactNode {
  const titleOf = (suite: string) => suites.find(({ id }) => id === suite)?.title ?? suite
  const detectable = Object.entries(estimate.detectablePoints)
  return (
    <span className={`figures ${isPending ? 'dimmed' : ''}`}>
      <b>
        {plural(estimate.jobs, 'job')}, {plural(estimate.samples, 'sample')}
      </b>
      <span>
        {estimate.durationMs === null
          ? 'time not known yet for this model'
          : `about ${formatDuration(estimate.durationMs)}`}
      </span>
      <span>{formatSize(estimate.diskBytes)} on disk</span>
      {estimate.memoryBytes !== null && <span>{formatSize(estimate.memoryBytes)} memory</span>}
      {detectable.length > 0 && (
        <span title="Difference of two rates that 80% power can see, paired">
          smallest detectable difference:{' '}
          {detectable
            .map(([suite, points]) => `${formatNumber(points, 1)} points on ${titleOf(suite)}`)
            .join(', ')}
        </span>
      )}
    </span>
  )
}

/** Also what only an address has put into the plan is kept. */
function useKeptDraft(plan: Plan): void {
  const text = JSON.stringify(plan)
  const keep = useEffectEvent(() => keepDraft(plan))
  useEffect(() => keep(), [text])
}

/** The plan once it has not changed for a moment. */
function useSettled(plan: Plan): Plan {
  const [settled, setSettled] = useState(plan)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(plan), estimateDelayMs)
    return () => clearTimeout(timer)
  }, [plan])
  return settled
}
