import { CircleStop, Pause, Play, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Job } from '#contract/jobs'
import { call } from '../../api.ts'
import { IconButton } from '../../components/button.tsx'
import { useTask } from '../../hooks/use-task.ts'

/** What can be done with a job in its state. Nothing here loses a stored sample. */
export function JobActions({ job }: { job: Pick<Job, 'id' | 'status'> }): ReactNode {
  const { run, isRunning } = useTask()
  const { id, status } = job
  const can = {
    pause: status === 'running' || status === 'queued',
    resume: status === 'paused' || status === 'interrupted',
    retry: status === 'failed' || status === 'cancelled',
    cancel: ['running', 'queued', 'paused', 'interrupted'].includes(status),
  }
  return (
    <span className="line" style={{ gap: 0, flexWrap: 'nowrap' }}>
      {can.pause && (
        <IconButton
          label="Pause"
          disabled={isRunning}
          onClick={() => void run(() => call('jobs.pause', { id }))}
        >
          <Pause size={14} aria-hidden />
        </IconButton>
      )}
      {can.resume && (
        <IconButton
          label="Resume"
          disabled={isRunning}
          onClick={() => void run(() => call('jobs.resume', { id }))}
        >
          <Play size={14} aria-hidden />
        </IconButton>
      )}
      {can.retry && (
        <IconButton
          label="Try again"
          disabled={isRunning}
          onClick={() => void run(() => call('jobs.retry', { id }))}
        >
          <RotateCcw size={14} aria-hidden />
        </IconButton>
      )}
      {can.cancel && (
        <IconButton
          label="Cancel"
          disabled={isRunning}
          onClick={() => void run(() => call('jobs.cancel', { id }))}
        >
          <CircleStop size={14} aria-hidden />
        </IconButton>
      )}
    </span>
  )
}
