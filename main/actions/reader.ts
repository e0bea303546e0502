/** Reading that walks whole runs and may take seconds: who asks does not know in which thread it is done. */
import type { CallInput, CallOutput } from '#contract/calls'
import type { Result } from '#contract/errors'

/** Calls that are answered from the store alone. */
export type ReadingName =
  | 'comparisons.get'
  | 'comparisons.samples'
  | 'comparisons.agreement'
  | 'comparisons.nluErrors'
  | 'labels.report'

export interface Reader {
  /** Throws what the reading throws, and `internal` when its thread ended. */
  readonly read: <N extends ReadingName>(name: N, input: CallInput<N>) => Promise<CallOutput<N>>
  /** Gives up what is being read. */
  readonly close: () => Promise<void>
}

/** What a thread is told, and what it says. Both ends are of one build. */
export interface ReaderRequest {
  readonly id: number
  readonly name: ReadingName
  readonly input: unknown
}
export interface ReaderReply {
  readonly id: number
  readonly result: Result<unknown>
}
/** As the thread's workerData. */
export interface ReaderPlace {
  readonly storePath: string
}
