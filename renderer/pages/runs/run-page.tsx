import { useMemo, type ReactNode } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { RunDetail } from '#contract/jobs'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmButton } from '../../components/confirm.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Moment } from '../../components/moment.tsx'
import { Page } from '../../components/page.tsx'
import { safeFileName } from '../../components/save-file.ts'
import { formatCount, plural } from '../../format/numbers.ts'
import { useCall } from '../../hooks/use-call.ts'
import { summariseRun, useProgress, withProgress } from '../../hooks/use-live-runs.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { useTask } from '../../hooks/use-task.ts'
import { compareAddress } from '../compare/compare-address.ts'
import { JobDetail } from './job-detail.tsx'
import { JobTable } from './job-table.tsx'
import { PartialResults } from './partial-results.tsx'
import { RunBadge } from './runs.tsx'

/** One run: its jobs, the results so far, and everything about the chosen job. */
export function RunPage(): ReactNode {
  const { id = '' } = useParams()
  const state = useCall('runs.get', { id }, { refreshOn: ['runs-changed', 'job-changed'] })
  const progress = useProgress()
  const run = useMemo(
    () =>
      state.data === null
        ? null
        : { ...state.data, jobs: state.data.jobs.map((job) => withProgress(job, progress)) },
    [state.data, progress],
  )
  const [chosenJob, setJob] = useAddressValue('job')
  const job =
    run?.jobs.find((candidate) => candidate.id === chosenJob) ??
    run?.jobs.find((candidate) => candidate.done > 0) ??
    run?.jobs[0]
  return (
    <Page
      title={run?.name ?? 'Run'}
      parents={[{ title: 'Runs', to: '/runs' }]}
      summary={run !== null && <RunSummaryLine run={run} />}
      actions={run !== null && <RunActions run={run} />}
    >
      <Loaded state={{ ...state, data: run }}>
        {(shown) => (
          <>
            {shown.jobs
              .filter(({ error, status }) => error !== null && status === 'failed')
              .slice(0, 3)
              .map(
                ({ id: jobId, error }) =>
                  error !== null && <ErrorPanel key={jobId} error={error} />,
              )}
            <JobTable jobs={shown.jobs} chosen={job?.id ?? null} onChoose={setJob} />
            <PartialResults run={shown} />
            {job !== undefined && <JobDetail key={job.id} job={job} run={shown} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function RunSummaryLine({ run }: { run: RunDetail }): ReactNode {
  const { done, total } = summariseRun(run.jobs)
  return (
    <span className="line">
      <RunBadge run={run} />
      <span>
        {plural(run.jobs.length, 'job')}, {formatCount(done)}
        {total === null ? ' samples so far' : ` of ${formatCount(total)} samples`}, started{' '}
        <Moment at={run.createdAt} />
      </span>
    </span>
  )
}

/** Takes up what was paused; once nothing else is left, also what failed or was cancelled. Stored samples are kept. */
async function goOn({ id, jobs }: RunDetail): Promise<void> {
  if (summariseRun(jobs).state === 'paused') {
    await call('runs.resume', { id })
    return
  }
  for (const job of jobs) {
    if (job.status === 'failed' || job.status === 'cancelled') {
      await call('jobs.retry', { id: job.id })
    }
    if (job.status === 'paused' || job.status === 'interrupted') {
      await call('jobs.resume', { id: job.id })
    }
  }
}

function RunActions({ run }: { run: RunDetail }): ReactNode {
  const { run: perform, isRunning } = useTask()
  const navigate = useNavigate()
  const { id } = run
  const { state, done } = summariseRun(run.jobs)
  const isActive = state === 'running' || state === 'waiting'
  const savePlan = async () => {
    const { yaml } = await call('plans.print', { plan: run.plan })
    await call('dialogs.savePlan', { yaml, suggestedName: safeFileName(run.name) })
  }
  return (
    <>
      {isActive && (
        <Button disabled={isRunning} onClick={() => void perform(() => call('runs.pause', { id }))}>
          Pause
        </Button>
      )}
      {(state === 'paused' || state === 'failed' || state === 'stopped') && (
        <Button disabled={isRunning} onClick={() => void perform(() => goOn(run))}>
          {state === 'failed' ? 'Try again' : 'Resume'}
        </Button>
      )}
      {(isActive || state === 'paused') && (
        <Button
          disabled={isRunning}
          onClick={() => void perform(() => call('runs.cancel', { id }))}
        >
          Cancel
        </Button>
      )}
      <Button onClick={() => void perform(savePlan)}>Save the plan</Button>
      <ConfirmButton
        label="Remove"
        title={`Remove “${run.name}”?`}
        text={`${plural(done, 'stored sample')} with their answers and scores are deleted. This cannot be undone.`}
        confirmLabel="Remove the run"
        disabled={isRunning}
        onConfirm={() =>
          void perform(async () => {
            await call('runs.remove', { id })
            await navigate('/runs')
          }, 'The run was removed.')
        }
      />
      <Link className="button primary" to={compareAddress([id])}>
        Compare
      </Link>
    </>
  )
}
