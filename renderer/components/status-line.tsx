import { useEffect, type ReactNode } from 'react'
import { Link } from 'react-router'
import { formatSize } from '../format/sizes.ts'
import { useCall } from '../hooks/use-call.ts'
import { useProgress, withProgress } from '../hooks/use-live-runs.ts'
import { jobProgressText, jobStateText, ProgressBar } from './progress.tsx'

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
          {now.currentJobId !== null && <CurrentJob id={now.currentJobId} />}
        </>
      )}
    </footer>
  )
}

function CurrentJob({ id }: { id: string }): ReactNode {
  const job = useCall('jobs.get', { id }, { refreshOn: ['job-changed'] })
  const progress = useProgress()
  if (job.data === null) return null
  const live = withProgress(job.data, progress)
  return (
    <Link className="job" to={`/runs/${live.runId}?job=${live.id}`}>
      <span className="clip">
        {jobStateText(live)}: {live.configurationName}, {live.suiteId}
      </span>
      <span style={{ width: 90, display: 'flex' }}>
        <ProgressBar done={live.done} total={live.total} label="Progress of the running job" />
      </span>
      <span>{jobProgressText(live)}</span>
    </Link>
  )
}
