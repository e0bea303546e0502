import { ArrowDown, ArrowUp, Pause, Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Job, Run } from '#contract/jobs'
import { call } from '../../api.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { jobProgressText, ProgressBar } from '../../components/progress.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { jobStateText, jobTitle } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useTask } from '../../hooks/use-task.ts'
import { moveTarget } from './queue-order.ts'
import { JobActions } from './job-actions.tsx'

/** What runs now and what comes next, in order. */
export function Queue({ runs }: { runs: readonly Run[] }): ReactNode {
  const status = useCall('system.status', {}, { refreshOn: ['queue-changed', 'job-changed'] })
  const { run } = useTask()
  const jobs = runs.flatMap(({ jobs: all }) => all)
  const running = jobs.filter((job) => job.status === 'running')
  const waiting = jobs
    .filter((job) => job.status === 'queued')
    .sort((a, b) => a.position - b.position)
  const isPaused = status.data?.isQueuePaused ?? false
  if (running.length + waiting.length === 0 && !isPaused) return null
  const move = (job: Job, by: -1 | 1) => {
    const beforeId = moveTarget(
      waiting.map(({ id }) => id),
      job.id,
      by,
    )
    if (beforeId !== undefined) void run(() => call('jobs.move', { id: job.id, beforeId }))
  }
  return (
    <section className="card" aria-label="Queue">
      <header className="line spread">
        <h2>Queue</h2>
        {isPaused ? (
          <Button onClick={() => void run(() => call('queue.resume', {}))}>
            <Play size={14} aria-hidden /> Go on
          </Button>
        ) : (
          <Button onClick={() => void run(() => call('queue.pause', {}))}>
            <Pause size={14} aria-hidden /> Pause the queue
          </Button>
        )}
      </header>
      <ol
        className="stack tight"
        style={{ maxHeight: 220, overflow: 'auto', listStyle: 'none', padding: 0 }}
        tabIndex={0}
        aria-label="Jobs in order"
      >
        {[...running, ...waiting].map((job) => (
          <li key={job.id} className="line" style={{ flexWrap: 'nowrap' }}>
            <StatusBadge status={job.status} text={jobStateText(job)} />
            <Link className="clip" to={`/runs/${job.runId}?job=${job.id}`}>
              {jobTitle(job)}
            </Link>
            {job.status === 'running' ? (
              <>
                <ProgressBar
                  done={job.done}
                  total={job.total}
                  label={`Progress of ${jobTitle(job)}`}
                />
                <span className="soft">{jobProgressText(job)}</span>
              </>
            ) : (
              <span className="grow" />
            )}
            {job.status === 'queued' && (
              <>
                <IconButton
                  label="Earlier"
                  disabled={waiting[0]?.id === job.id}
                  onClick={() => move(job, -1)}
                >
                  <ArrowUp size={14} aria-hidden />
                </IconButton>
                <IconButton
                  label="Later"
                  disabled={waiting.at(-1)?.id === job.id}
                  onClick={() => move(job, 1)}
                >
                  <ArrowDown size={14} aria-hidden />
                </IconButton>
              </>
            )}
            <JobActions job={job} />
          </li>
        ))}
      </ol>
    </section>
  )
}
