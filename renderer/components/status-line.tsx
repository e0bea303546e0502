import { useEffect, type ReactNode } from 'react'
import { Link } from 'react-router'
import { formatSize } from '../format/sizes.ts'
import { useCall } from '../hooks/use-call.ts'
import { formatCount } from '../format/numbers.ts'
import { jobStateText, jobTitle } from '../format/words.ts'
import type { LiveJob } from '../hooks/use-live-runs.ts'
import { useRunningJobs } from '../hooks/use-running-jobs.ts'
import { jobProgressText, ProgressBar } from './progress.tsx'

const refreshMs = 10_000

/** Machine and queue, always in sight. Memory and disk change without an event, so they are read now and then. */
export function StatusLine(): ReactNode {
  const status = useCall('system.status', {}, { refreshOn: ['queue-changed', 'job-changed'] })
  const { reload } = status
  useEffect(() => {
    const timer = setInterval(reload, refreshMs)
    return () => clearInterval(timer)
  }, [reload])
  const now = status.data
  return (
    <footer className="statusline" aria-label="Status">
      {now !== null && (
        <>
          <span>
            CPU {now.threads} {now.threads === 1 ? 'thread' : 'threads'}
          </span>
          <span className="wide-only">ONNX Runtime {now.onnxruntimeVersion}</span>
          <span>
            Memory {formatSize(now.memoryUsedBytes)} of {formatSize(now.memoryTotalBytes)}
          </span>
          <span className="wide-only">{formatSize(now.diskFreeBytes)} free on disk</span>
          <RunningJobs currentId={now.currentJobId} />
        </>
      )}
    </footer>
  )
}

/** Jobs that fit beside the machine's figures; the rest is counted. */
const mostShown = 3

function RunningJobs({ currentId }: { currentId: string | null }): ReactNode {
  const jobs = useRunningJobs(currentId)
  const [only] = jobs
  if (only === undefined) return null
  if (jobs.length === 1) return <OneJob job={only} />
  return (
    <span className="jobs">
      {jobs.slice(0, mostShown).map((job) => (
        <ShortJob key={job.id} job={job} />
      ))}
      {jobs.length > mostShown && (
        <Link to="/runs">and {formatCount(jobs.length - mostShown)} more</Link>
      )}
    </span>
  )
}

function OneJob({ job }: { job: LiveJob }): ReactNode {
  return (
    <Link className="job" to={`/runs/${job.runId}?job=${job.id}`}>
      <span className="clip">
        {jobStateText(job)}: {jobTitle(job)}
      </span>
      <span style={{ width: 90, display: 'flex' }}>
        <ProgressBar done={job.done} total={job.total} label="Progress of the running job" />
      </span>
      <span>{jobProgressText(job)}</span>
    </Link>
  )
}

/** One of several: its place in the queue's work, without rates. */
function ShortJob({ job }: { job: LiveJob }): ReactNode {
  return (
    <Link className="job" to={`/runs/${job.runId}?job=${job.id}`} title={jobProgressText(job)}>
      <span className="clip">{jobTitle(job)}</span>
      <span style={{ width: 60, display: 'flex' }}>
        <ProgressBar done={job.done} total={job.total} label={`Progress of ${jobTitle(job)}`} />
      </span>
      <span>
        {formatCount(job.done)}
        {job.total !== null && ` of ${formatCount(job.total)}`}
      </span>
    </Link>
  )
}
