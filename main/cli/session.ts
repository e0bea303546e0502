/** One command's hold on the profile: the actions, their events, and the queue when something is to be run. */
import type { Actions } from '#contract/calls'
import type { EventName, EventPayload } from '#contract/events'
import type { RunDetail } from '#contract/jobs'
import type { Download } from '#contract/models'
import type { Io } from './io.ts'

export interface SessionOptions {
  /** Null: where the app keeps its own. */
  readonly profile: string | null
  readonly io: Io
}

export interface Session {
  readonly actions: Actions
  /** Returns a function that stops listening. */
  readonly onEvent: <N extends EventName>(
    name: N,
    listener: (payload: EventPayload<N>) => void,
  ) => () => void
  readonly waitForDownload: (id: string) => Promise<Download>
  /**
   * Works on the jobs of a run until none of them is left to run, here or in another process that shares the store. When
   * `signal` fires the running job is put down so that it can be resumed.
   */
  readonly work: (runId: string, signal: AbortSignal) => Promise<RunDetail>
  /** Nothing is left of removed runs. A session deletes on meanwhile, but ends with its command. */
  readonly isSwept: () => boolean
  /** Until nothing is left of removed runs. */
  readonly sweep: () => Promise<void>
  readonly close: () => Promise<void>
}

export type OpenSession = (options: SessionOptions) => Promise<Session>
