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

interface Question {
  readonly request: ReaderRequest
  /** Equal for equal questions. */
  readonly key: string
  readonly answer: Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: ActbenchError) => void
}

/**
 * Starts its thread at the first question, and again after it ended. Questions are answered one after the other; one that equals
 * another that still waits shares its answer. A page asks again whenever a job has got further: without that, questions that take
 * longer than a job takes from one to the next would pile up as long as it runs.
 */
export function createReaderThread(options: ReaderThreadOptions): Reader {
  const { entryPath, storePath, idleMs = defaultIdleMs } = options
  /** In the order in which they came; the thread has the first. */
  let questions: readonly Question[] = []
  let thread: Worker | null = null
  let lastId = 0
  let idle: NodeJS.Timeout | undefined

  const failAll = (error: ActbenchError) => {
    const failed = questions
    questions = []
    for (const { reject } of failed) reject(error)
  }

  const end = async (): Promise<void> => {
    clearTimeout(idle)
    const ended = thread
    thread = null
    failAll(stopped())
    await ended?.terminate()
  }

  const askFirst = () => {
    const [first] = questions
    if (first !== undefined) {
      thread?.postMessage(first.request)
      return
    }
    thread?.unref()
    idle = setTimeout(() => void end(), idleMs)
    idle.unref()
  }

  const receive = ({ id, result }: ReaderReply) => {
    const [first] = questions
    if (first?.request.id !== id) return
    questions = questions.slice(1)
    if (result.ok) first.resolve(result.value)
    else first.reject(fromAppError(result.error))
    askFirst()
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
    const key = JSON.stringify([name, input])
    const same = questions.slice(1).find((waiting) => waiting.key === key)
    if (same !== undefined) return same.answer
    clearTimeout(idle)
    thread ??= start()
    thread.ref()
    lastId += 1
    const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>()
    const request: ReaderRequest = { id: lastId, name, input }
    questions = [...questions, { request, key, answer, resolve, reject }]
    if (questions.length === 1) askFirst()
    return answer
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
