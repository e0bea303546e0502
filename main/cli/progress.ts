/** Progress of a run on stderr: one line that renews itself in a terminal, a line now and then elsewhere. */
import type { EventPayload } from '#contract/events'
import type { Job, RunDetail } from '#contract/jobs'
import type { Io } from './io.ts'
import { formatDuration, formatRate } from './numbers.ts'
import type { Session } from './session.ts'
import { plainLine } from './terminal-text.ts'

type Progress = EventPayload<'job-progressed'>

/** Logs of a batch system should not fill with progress. */
const quietEveryMs = 10_000
const liveEveryMs = 200

/** Returns a function that stops reporting. */
export function reportProgress(options: {
  readonly session: Session
  readonly run: RunDetail
  readonly io: Io
}): () => void {
  const { session, run, io } = options
  const jobs = new Map<string, Job>(run.jobs.map((job) => [job.id, job]))
  let shownAt = 0
  const stopProgress = session.onEvent('job-progressed', (progress) => {
    const job = jobs.get(progress.jobId)
    const now = performance.now()
    if (job === undefined || now - shownAt < (io.isInteractive ? liveEveryMs : quietEveryMs)) return
    shownAt = now
    io.status(`${countDone(jobs)} ${label(job)}: ${describeProgress(progress, job.kind)}`)
  })
  const stopChanges = session.onEvent('job-changed', (job) => {
    // A search adds jobs to its run while it goes on.
    if (job.runId !== run.id) return
    const before = jobs.get(job.id)
    jobs.set(job.id, job)
    if (before?.status === job.status || job.status === 'queued') return
    io.note(`${countDone(jobs)} ${label(job)}: ${describeState(job)}`)
  })
  return () => {
    stopProgress()
    stopChanges()
  }
}

function countDone(jobs: ReadonlyMap<string, Job>): string {
  const done = [...jobs.values()].filter(({ status }) => status === 'done').length
  return `[${done}/${jobs.size}]`
}

const kindWords = {
  evaluation: '',
  judging: 'judging ',
  'activation-space': 'activation space of ',
} as const

function label(job: Job): string {
  return `${kindWords[job.kind]}${plainLine(job.configurationName, 40)} on ${plainLine(job.suiteId, 40)}`
}

/** A study finishes no samples one by one: how far it is stands in the words of its stage. */
export function describeProgress(progress: Progress, kind: Job['kind']): string {
  const { stage, stageDetail, done, total, failed } = progress
  const isStudy = kind === 'activation-space'
  const parts = [
    isStudy ? '' : total === null ? `${done}` : `${done} of ${total}`,
    failed > 0 ? `${failed} failed` : '',
    formatRate(progress.samplesPerSecond, 'samples'),
    formatRate(progress.tokensPerSecond, 'tokens'),
    progress.remainingMs === null ? '' : `${formatDuration(progress.remainingMs)} left`,
    stage === null || stage === 'running' ? '' : `${stage} ${plainLine(stageDetail, 60)}`.trim(),
    isStudy && stage === 'running' ? plainLine(stageDetail, 60) : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function describeState(job: Job): string {
  const error = job.error === null ? '' : `: ${plainLine(job.error.message)}`
  const count =
    job.status === 'running' || job.kind === 'activation-space' ? '' : `, ${job.done} samples`
  return `${job.status}${count}${error}`
}
