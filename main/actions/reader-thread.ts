/** A reader in a thread of its own: 600,000 samples take seconds, in which a window must still answer. */
import { Worker } from 'node:worker_threads'
import type { CallOutput } from '#contract/calls'
import { ActbenchError, fromAppError } from '#contract/errors'
import type { Reader, ReaderPlace, ReaderReply, ReaderRequest, ReadingName } from './reader.ts'

export interface ReaderThreadOptions {
  /** The thread's entry: built JavaScript, or TypeScript that Node strips. */
  readonly entryPath: string
  readonly storePath: string
  /** A thread that has nothing to do for so long is ended, which gives back what it holds of large comparisons. */
  readonly idleMs?: number
}

const defaultIdleMs = 5 * 60_000

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: ActbenchError) => void
}

/** Starts its thread at the first question, and again after it ended. Questions are answered one after the other. */
export function createReaderThread(options: ReaderThreadOptions): Reader {
  const { entryPath, storePath, idleMs = defaultIdleMs } = options
  const pending = new Map<number, Pending>()
  let thread: Worker | null = null
  let lastId = 0
  let idle: NodeJS.Timeout | undefined

  const failAll = (error: ActbenchError) => {
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  const end = async (): Promise<void> => {
    clearTimeout(idle)
    const ended = thread
    thread = null
    failAll(stopped())
    await ended?.terminate()
  }

  const rest = () => {
    if (pending.size > 0) return
    thread?.unref()
    idle = setTimeout(() => void end(), idleMs)
    idle.unref()
  }

  const receive = ({ id, result }: ReaderReply) => {
    const question = pending.get(id)
    pending.delete(id)
    if (result.ok) question?.resolve(result.value)
    else question?.reject(fromAppError(result.error))
    rest()
  }

  const start = (): Worker => {
    const workerData: ReaderPlace = { storePath }
    const started = new Worker(entryPath, { workerData, execArgv: [] })
    const fail = (cause?: unknown) => {
      if (started !== thread) return
      thread = null
      failAll(broken(cause))
    }
    started.on('message', receive)
    started.on('error', fail)
    started.on('exit', () => {
      fail()
    })
    return started
  }

  const ask = (name: ReadingName, input: unknown): Promise<unknown> => {
    clearTimeout(idle)
    thread ??= start()
    thread.ref()
    lastId += 1
    const request: ReaderRequest = { id: lastId, name, input }
    return new Promise((resolve, reject) => {
      pending.set(request.id, { resolve, reject })
      thread?.postMessage(request)
    })
  }

  return {
    // The thread answers each name with that name's output.
    read: async <N extends ReadingName>(name: N, input: unknown) =>
      (await ask(name, input)) as CallOutput<N>,
    close: end,
  }
}

function stopped(): ActbenchError {
  return new ActbenchError({
    code: 'cancelled',
    message: 'Reading from the store was given up, since the store is being closed.',
  })
}

function broken(cause: unknown): ActbenchError {
  return new ActbenchError({
    code: 'internal',
    message: 'The thread that reads from the store ended before it answered.',
    remedy: 'Try again; compare fewer configurations or suites at a time if it happens again.',
    cause,
  })
}
