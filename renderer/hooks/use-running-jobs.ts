import { useEffect, useState } from 'react'
import type { Job } from '#contract/jobs'
import { call } from '../api.ts'
import { useEvent } from './use-event.ts'
import { useProgress, withProgress, type LiveJob } from './use-live-runs.ts'

/**
 * The jobs that run now, as they are heard of, in the order in which they started. `currentId` is one that ran before this component
 * was there to hear.
 */
export function useRunningJobs(currentId: string | null): readonly LiveJob[] {
  const [jobs, setJobs] = useState<ReadonlyMap<string, Job>>(new Map())
  const progress = useProgress()
  useEvent('job-changed', (job) => setJobs((old) => withJob(old, job)))
  const unknown = [...(currentId === null ? [] : [currentId]), ...progress.keys()]
    .filter((id) => !jobs.has(id))
    .join(' ')
  useEffect(() => {
    for (const id of unknown.split(' ').filter(Boolean)) {
      // A job that is removed meanwhile needs no line.
      call('jobs.get', { id }).then(
        (job) => setJobs((old) => withJob(old, job)),
        () => undefined,
      )
    }
  }, [unknown])
  return [...jobs.values()]
    .filter(({ status }) => status === 'running')
    .sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))
    .map((job) => withProgress(job, progress))
}

function withJob(jobs: ReadonlyMap<string, Job>, job: Job): ReadonlyMap<string, Job> {
  return new Map(jobs).set(job.id, job)
}
