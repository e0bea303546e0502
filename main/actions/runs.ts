/** Runs: the jobs that were queued together. */
import type { Job, JobStatus, Run, RunDetail } from '#contract/jobs'
import { runs } from '#db'
import type { Services } from './services.ts'

interface RunId {
  readonly id: string
}

export function listRuns({ db, queue }: Services): Run[] {
  return runs.list(db.read).map((run) => ({ ...run, jobs: run.jobs.map(queue.withLive) }))
}

export function getRun({ db, queue }: Services, { id }: RunId): RunDetail {
  const run = runs.get(db.read, id)
  return { ...run, jobs: run.jobs.map(queue.withLive) }
}

/** Throws `invalid-input` while one of its jobs runs. What it held is deleted bit by bit afterwards. */
export function removeRun({ db, emit, clock, sweeper }: Services, { id }: RunId): null {
  runs.remove(db.write, { id, now: clock() })
  emit('runs-changed', {})
  sweeper.wake()
  return null
}

export async function pauseRun({ db, queue }: Services, { id }: RunId): Promise<null> {
  await forEach({
    found: waitingFirst(jobsOf(db, id)),
    statuses: ['queued', 'running'],
    act: queue.pauseJob,
  })
  return null
}

export async function resumeRun({ db, queue }: Services, { id }: RunId): Promise<null> {
  const found = jobsOf(db, id)
  await forEach({ found, statuses: ['paused', 'interrupted'], act: queue.resumeJob })
  return null
}

export async function cancelRun({ db, queue }: Services, { id }: RunId): Promise<null> {
  await forEach({
    found: waitingFirst(jobsOf(db, id)),
    statuses: ['queued', 'paused', 'interrupted', 'running'],
    act: queue.cancelJob,
  })
  return null
}

/** So that none of those that wait starts when the running one stops. */
function waitingFirst(found: readonly Job[]): Job[] {
  return found.toSorted((a, b) => Number(a.status === 'running') - Number(b.status === 'running'))
}

/** Throws `not-found` for an unknown run. */
function jobsOf(db: Services['db'], id: string): Job[] {
  return runs.get(db.read, id).jobs
}

async function forEach(options: {
  readonly found: readonly Job[]
  readonly statuses: readonly JobStatus[]
  readonly act: (id: string) => Promise<void>
}): Promise<void> {
  for (const { id, status } of options.found) {
    if (options.statuses.includes(status)) await options.act(id)
  }
}
