import { useMemo, useState } from 'react'
import type { EventPayload } from '#contract/events'
import type { Job, Run } from '#contract/jobs'
import { useCall, type CallState } from './use-call.ts'
import { useEvent } from './use-event.ts'

export type Progress = EventPayload<'job-progressed'>
export type LiveJob = Job & { readonly stageDetail: string }
export type LiveRun = Omit<Run, 'jobs'> & { readonly jobs: LiveJob[] }

/** All runs, newest first, with the running jobs' numbers as they are heard. */
export function useLiveRuns(): CallState<LiveRun[]> & { reload: () => void } {
  const runs = useCall('runs.list', {}, { refreshOn: ['runs-changed', 'job-changed'] })
  const progress = useProgress()
  const data = useMemo(
    () =>
      runs.data === null
        ? null
        : runs.data
            .map((run) => ({ ...run, jobs: run.jobs.map((job) => withProgress(job, progress)) }))
            .sort((a, b) => b.createdAt - a.createdAt),
    [runs.data, progress],
  )
  return { ...runs, data }
}

/** The last progress heard of each job since this component was mounted. */
export function useProgress(): ReadonlyMap<string, Progress> {
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map())
  useEvent('job-progressed', (heard) => {
    setProgress((old) => new Map(old).set(heard.jobId, heard))
  })
  return progress
}

/** Progress only speaks for a running job, and never takes back samples that are already stored. */
export function withProgress<J extends Job>(
  job: J,
  progress: ReadonlyMap<string, Progress>,
): J & { stageDetail: string } {
  const heard = progress.get(job.id)
  if (heard === undefined || job.status !== 'running') return { ...job, stageDetail: '' }
  return {
    ...job,
    stage: heard.stage,
    stageDetail: heard.stageDetail,
    done: Math.max(job.done, heard.done),
    failed: Math.max(job.failed, heard.failed),
    total: heard.total ?? job.total,
    samplesPerSecond: heard.samplesPerSecond,
    tokensPerSecond: heard.tokensPerSecond,
    remainingMs: heard.remainingMs,
  }
}

export interface RunSummary {
  readonly done: number
  /** Null while some job's total is not known. */
  readonly total: number | null
  readonly failed: number
  readonly remainingMs: number | null
  readonly state: 'running' | 'waiting' | 'paused' | 'failed' | 'stopped' | 'done'
}

/** One line about a run from its jobs. */
export function summariseRun(jobs: readonly Job[]): RunSummary {
  const totals = jobs.map((job) => job.total)
  const has = (...statuses: Job['status'][]) => jobs.some((job) => statuses.includes(job.status))
  const running = jobs.find((job) => job.status === 'running')
  return {
    done: jobs.reduce((sum, job) => sum + job.done, 0),
    total: totals.every((total) => total !== null)
      ? totals.reduce((sum, total) => sum + total, 0)
      : null,
    failed: jobs.reduce((sum, job) => sum + job.failed, 0),
    remainingMs: running?.remainingMs ?? null,
    state: has('running')
      ? 'running'
      : has('queued')
        ? 'waiting'
        : has('failed')
          ? 'failed'
          : has('paused', 'interrupted')
            ? 'paused'
            : has('cancelled')
              ? 'stopped'
              : 'done',
  }
}
