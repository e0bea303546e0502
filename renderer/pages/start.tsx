import { Boxes, FlaskConical, ListChecks } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Run } from '#contract/jobs'
import { useCommands } from '../components/app-commands.tsx'
import { Button } from '../components/button.tsx'
import { ErrorPanel } from '../components/error-panel.tsx'
import { Moment } from '../components/moment.tsx'
import { Page } from '../components/page.tsx'
import { jobProgressText, ProgressBar } from '../components/progress.tsx'
import { formatCount, plural } from '../format/numbers.ts'
import { jobStateText, jobTitle } from '../format/words.ts'
import { useCall } from '../hooks/use-call.ts'
import { summariseRun, useLiveRuns, type LiveJob } from '../hooks/use-live-runs.ts'
import { compareAddress } from './compare/compare-address.ts'
import { Verdict } from './compare/verdict.tsx'
import { DropTarget } from './models/drop-target.tsx'
import { RunBadge } from './runs/runs.tsx'

const mostFinished = 4

/** First: two ways in. Later: what runs, what finished with its verdict, what failed and why. */
export function Start(): ReactNode {
  const runs = useLiveRuns()
  const all = runs.data ?? []
  const running = all.flatMap((run) => run.jobs).filter((job) => job.status === 'running')
  const failed = all.filter((run) => summariseRun(run.jobs).state === 'failed').slice(0, 2)
  const finished = all.filter((run) => summariseRun(run.jobs).state === 'done')
  const isEmpty = runs.data?.length === 0
  return (
    <Page
      title={isEmpty ? 'Welcome to Actbench' : 'Start'}
      summary={
        isEmpty
          ? 'See what an activation-level change does to the safety of a language model, before you ship it.'
          : undefined
      }
    >
      {runs.error !== null && <ErrorPanel error={runs.error} onRetry={runs.reload} />}
      {runs.data !== null && (
        <>
          {running.length > 0 && <Running jobs={running} />}
          {failed.map((run) => (
            <FailedRun key={run.id} run={run} />
          ))}
          {finished.slice(0, mostFinished).map((run) => (
            <FinishedRun key={run.id} run={run} />
          ))}
          <WaysIn isEmpty={isEmpty} />
        </>
      )}
    </Page>
  )
}

function WaysIn({ isEmpty }: { isEmpty: boolean }): ReactNode {
  const perform = useCommands()
  return (
    <section className="ways" aria-label="Ways in">
      <div className="card way">
        <FlaskConical size={26} className="soft" aria-hidden />
        <h2>Run the demo</h2>
        <p className="soft">
          A tiny model that ships with Actbench, on a small suite, as it is and with two
          interventions. Offline, under two minutes, ends on a finished comparison.
        </p>
        <Button look={isEmpty ? 'primary' : 'plain'} isLarge onClick={() => perform('run-demo')}>
          Run the demo
        </Button>
      </div>
      <DropTarget>
        <div className="card way" style={{ height: '100%' }}>
          <Boxes size={26} className="soft" aria-hidden />
          <h2>Add a model</h2>
          <p className="soft">
            Drop a GGUF file or a safetensors directory here, or fetch one by its Hugging Face id.
          </p>
          <Link className="button large" to="/models/add">
            Add a model
          </Link>
        </div>
      </DropTarget>
      {!isEmpty && (
        <div className="card way">
          <ListChecks size={26} className="soft" aria-hidden />
          <h2>New evaluation</h2>
          <p className="soft">Tick configurations and suites together and start.</p>
          <Link className="button primary large" to="/new">
            New evaluation
          </Link>
        </div>
      )}
    </section>
  )
}

function Running({ jobs }: { jobs: readonly LiveJob[] }): ReactNode {
  return (
    <section className="card stack" aria-label="Running">
      <h2>Running</h2>
      {jobs.map((job) => (
        <div key={job.id} className="line">
          <Link to={`/runs/${job.runId}?job=${job.id}`}>{jobTitle(job)}</Link>
          <span className="soft">{jobStateText(job)}</span>
          <ProgressBar done={job.done} total={job.total} label={`Progress of ${jobTitle(job)}`} />
          <span>{jobProgressText(job)}</span>
        </div>
      ))}
    </section>
  )
}

function FailedRun({ run }: { run: Run }): ReactNode {
  const error = run.jobs.find((job) => job.status === 'failed')?.error ?? null
  return (
    <section className="stack tight" aria-label={`Failed: ${run.name}`}>
      <h2 className="line">
        <Link to={`/runs/${run.id}`}>
          <bdi dir="auto">{run.name}</bdi>
        </Link>
        <RunBadge run={run} />
      </h2>
      {error !== null && <ErrorPanel error={error} />}
    </section>
  )
}

/** A finished run with its verdict in a line. */
function FinishedRun({ run }: { run: Run }): ReactNode {
  const hasComparison = new Set(run.jobs.map((job) => job.configurationHash)).size > 1
  const comparison = useCall(
    'comparisons.get',
    hasComparison ? { runIds: [run.id], configurations: null, baseline: null, suites: null } : null,
  )
  const { done } = summariseRun(run.jobs)
  return (
    <section className="stack tight" aria-label={`Finished: ${run.name}`}>
      <div className="line spread">
        <h2 className="line">
          <Link to={`/runs/${run.id}`}>
            <bdi dir="auto">{run.name}</bdi>
          </Link>
          <RunBadge run={run} />
        </h2>
        <span className="soft">
          {plural(run.jobs.length, 'job')}, {formatCount(done)} samples,{' '}
          <Moment at={run.createdAt} />
        </span>
        {hasComparison && (
          <Link className="button" to={compareAddress([run.id])}>
            Compare
          </Link>
        )}
      </div>
      {comparison.error !== null && <ErrorPanel error={comparison.error} />}
      {comparison.data !== null && (
        <Verdict verdict={comparison.data.verdict.slice(0, 1)} columns={comparison.data.columns} />
      )}
    </section>
  )
}
