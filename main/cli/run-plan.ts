/** Runs a started run to its end with progress, and turns Ctrl+C into a polite stop. Shared by run and demo. */
import { ActbenchError } from '#contract/errors'
import type { RunDetail } from '#contract/jobs'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'
import { reportProgress } from './progress.ts'
import type { Session } from './session.ts'

export interface RunOutcome {
  readonly run: RunDetail
  readonly code: ExitCode
}

export async function workOff(options: {
  readonly session: Session
  readonly io: Io
  readonly run: RunDetail
}): Promise<RunOutcome> {
  const { session, io, run } = options
  const interrupt = new AbortController()
  const stopListening = io.onInterrupt(() => {
    if (interrupt.signal.aborted) {
      // The second Ctrl+C: what is committed is kept, the rest of the batch is not waited for.
      process.exit(exitCodes.interrupted)
    }
    io.note('Stopping after the current batch; press Ctrl+C again to stop at once.')
    interrupt.abort()
  })
  const stopReporting = reportProgress(options)
  try {
    const ended = await session.work(run.id, interrupt.signal)
    return { run: ended, code: judge({ ended, io, isInterrupted: interrupt.signal.aborted }) }
  } finally {
    stopReporting()
    stopListening()
  }
}

function judge(options: {
  readonly ended: RunDetail
  readonly io: Io
  readonly isInterrupted: boolean
}): ExitCode {
  const { ended, io, isInterrupted } = options
  const unfinished = ended.jobs.filter(({ status }) => status !== 'done')
  if (unfinished.length === 0) return exitCodes.fine
  io.note(`${unfinished.length} of ${ended.jobs.length} jobs did not finish.`)
  io.note(`Go on with: actbench run --resume ${ended.id}`)
  return isInterrupted ? exitCodes.interrupted : exitCodes.error
}

/** A comparison needs at least one stored sample. */
export function hasResults(run: RunDetail): boolean {
  return run.jobs.some(({ done }) => done > 0)
}

/** Puts jobs of an earlier run that did not finish back into the queue. Throws `not-found`. */
export async function resume(session: Session, runId: string): Promise<RunDetail> {
  const run = await session.actions['runs.get']({ id: runId })
  for (const { id, status } of run.jobs) {
    if (status === 'paused' || status === 'interrupted')
      await session.actions['jobs.resume']({ id })
    if (status === 'failed' || status === 'cancelled') await session.actions['jobs.retry']({ id })
  }
  // A search may have been left between two rounds: what is missing then has no job yet.
  if (run.plan.search === undefined && run.jobs.every(({ status }) => status === 'done')) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Run ${runId} is complete; there is nothing to resume`,
      remedy: `Show it: actbench compare ${runId}`,
    })
  }
  return session.actions['runs.get']({ id: runId })
}
