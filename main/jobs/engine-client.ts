/**
 * Speaks jobs down and events up with an engine process; does not know where that process is. A process stays a while after a
 * job that went well, since the next one may use what it has loaded; after any other end it is ended too.
 */
import { engineReplySchema, type EngineReply, type EngineRequest } from '#contract/engine-port'
import { ActbenchError, fromAppError } from '#contract/errors'
import { jobSpecSchema, type JobEvent, type JobSpec } from '#contract/jobs'
import type { ProviderReport } from '#contract/system'
import type { EngineExit, EngineProcess, LaunchEngine } from './engine-process.ts'

export interface EngineLimits {
  /** After a polite request to stop, the process is killed. */
  readonly politeMs: number
  /**
   * No message at all for so long: it hangs. Generous, because native code that loads or runs a large model keeps
   * the process silent.
   */
  readonly silenceMs: number
  /** A process that has nothing to do is ended, which gives its memory back. */
  readonly idleMs: number
}

export const engineLimits: EngineLimits = {
  politeMs: 3_000,
  silenceMs: 15 * 60_000,
  idleMs: 10_000,
}

export type JobEnd = Extract<JobEvent, { type: 'job-ended' }>
/** `at`: when the engine handed it over, epoch milliseconds. */
export type OnEvent = (event: JobEvent, at: number) => void

export interface EngineClient {
  /** Resolves with the engine's last word, which is an event too. Throws `engine-crashed` when the process dies first. */
  readonly run: (spec: JobSpec, onEvent: OnEvent) => Promise<JobEnd>
  /** Asks the current job to stop, and kills the process when it does not in time; `run` then ends as cancelled. */
  readonly stop: () => void
  /** Ends the process at once; `run` then ends as cancelled. */
  readonly kill: () => void
  readonly providers: () => Promise<ProviderReport[]>
  readonly pid: () => number | null
}

interface Current {
  readonly jobId: string
  readonly onEvent: OnEvent
  readonly resolve: (end: JobEnd) => void
  readonly reject: (error: ActbenchError) => void
  isStopping: boolean
}

interface Question {
  readonly resolve: (providers: ProviderReport[]) => void
  readonly reject: (error: ActbenchError) => void
}

export function createEngineClient(
  launch: LaunchEngine,
  limits: EngineLimits = engineLimits,
): EngineClient {
  let engine: EngineProcess | null = null
  let current: Current | null = null
  /** Checks since the last message. Counted, not timed: a machine that slept must not look like an engine that hangs. */
  let silentChecks = 0
  const checkMs = Math.min(limits.silenceMs / 4, 10_000)
  const questions = new Map<number, Question>()
  const timers: Record<'polite' | 'idle' | 'silence', NodeJS.Timeout | undefined> = {
    polite: undefined,
    idle: undefined,
    silence: undefined,
  }

  const start = (): EngineProcess => {
    clearTimeout(timers.idle)
    if (engine !== null) return engine
    const started = launch()
    engine = started
    silentChecks = 0
    started.onMessage((message) => {
      if (started === engine) receive(message)
    })
    started.onExit((exit) => {
      if (started === engine) handleExit(started, exit)
    })
    timers.silence = setInterval(checkSilence, checkMs)
    timers.silence.unref()
    return started
  }

  const send = (request: EngineRequest) => {
    start().post(request)
  }

  const receive = (message: unknown) => {
    silentChecks = 0
    const parsed = engineReplySchema.safeParse(message)
    if (parsed.success) {
      handleReply(parsed.data)
      return
    }
    // Going on would store what nobody understands.
    abandon()
    failAll(unreadable(parsed.error.message))
  }

  const handleReply = (reply: EngineReply) => {
    switch (reply.type) {
      case 'ready':
      case 'heartbeat':
        return
      case 'event':
        if (current === null || reply.jobId !== current.jobId) return
        current.onEvent(reply.event, reply.at)
        if (reply.event.type === 'job-ended') endCurrent(reply.event)
        return
      case 'providers':
        questions.get(reply.requestId)?.resolve(reply.providers)
        questions.delete(reply.requestId)
        rest()
        return
      case 'refused':
        if (reply.requestId === null) {
          endCurrent(fromAppError(reply.error))
          return
        }
        questions.get(reply.requestId)?.reject(fromAppError(reply.error))
        questions.delete(reply.requestId)
        rest()
        return
    }
  }

  const handleExit = (ended: EngineProcess, exit: EngineExit) => {
    engine = null
    clearInterval(timers.silence)
    if (current?.isStopping === true) endCurrent(cancelledEnd)
    failAll(crashed(exit, ended.outputTail()))
  }

  const failAll = (error: ActbenchError) => {
    for (const question of questions.values()) question.reject(error)
    questions.clear()
    endCurrent(error)
  }

  const endCurrent = (end: JobEnd | ActbenchError) => {
    clearTimeout(timers.polite)
    const ended = current
    current = null
    if (end instanceof ActbenchError) ended?.reject(end)
    else ended?.resolve(end)
    // Who knows in what state a failure left it; and whoever stopped a job wants its memory back.
    if (ended !== null && (end instanceof ActbenchError || end.status !== 'done')) abandon()
    rest()
  }

  const rest = () => {
    clearTimeout(timers.idle)
    if (engine === null || current !== null || questions.size > 0) return
    timers.idle = setTimeout(abandon, limits.idleMs)
    timers.idle.unref()
  }

  /** Ends the process and forgets it, so that the next request starts another one. */
  const abandon = () => {
    clearTimeout(timers.idle)
    clearInterval(timers.silence)
    const abandoned = engine
    engine = null
    abandoned?.kill()
  }

  /** With a job it waits for the exit, so that nothing of the job runs on when `run` has ended. */
  const kill = () => {
    if (current === null) {
      abandon()
      failAll(closed())
      return
    }
    current.isStopping = true
    engine?.kill()
  }

  const checkSilence = () => {
    silentChecks += 1
    if (current === null || silentChecks * checkMs < limits.silenceMs) return
    abandon()
    failAll(silent(limits.silenceMs))
  }

  return {
    run: (spec, onEvent) =>
      new Promise((resolve, reject) => {
        current = { jobId: spec.jobId, onEvent, resolve, reject, isStopping: false }
        silentChecks = 0
        send({ type: 'run', spec: jobSpecSchema.parse(spec) })
      }),
    stop: () => {
      if (current === null || current.isStopping) return
      current.isStopping = true
      send({ type: 'cancel', jobId: current.jobId })
      timers.polite = setTimeout(kill, limits.politeMs)
    },
    kill,
    providers: () =>
      new Promise((resolve, reject) => {
        const requestId = nextId(questions)
        questions.set(requestId, { resolve, reject })
        send({ type: 'providers', requestId })
      }),
    pid: () => engine?.pid() ?? null,
  }
}

const cancelledEnd: JobEnd = {
  type: 'job-ended',
  status: 'cancelled',
  error: null,
  peakMemoryBytes: null,
}

function nextId(questions: ReadonlyMap<number, unknown>): number {
  return Math.max(0, ...questions.keys()) + 1
}

/** Electron reports the number of the signal (SIGKILL is 9) as the exit code. */
const killedCode = 9

function crashed({ code, signal }: EngineExit, tail: string): ActbenchError {
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`
  return new ActbenchError({
    code: 'engine-crashed',
    message: `The engine process ended by itself (${how}).`,
    remedy:
      signal === 'SIGKILL' || code === killedCode
        ? 'The system ends processes like this when memory runs out: close other programs, or choose a smaller batch or model. Then retry the job; stored samples are kept.'
        : 'Retry the job; stored samples are kept. If it happens again, copy the details into a bug report.',
    details: tail === '' ? how : `${how}\n${tail}`,
  })
}

function closed(): ActbenchError {
  return new ActbenchError({
    code: 'cancelled',
    message: 'The engine process was ended before it had answered.',
    remedy: 'Ask again.',
  })
}

function silent(silenceMs: number): ActbenchError {
  return new ActbenchError({
    code: 'engine-crashed',
    message: `The engine process gave no sign of life for ${Math.round(silenceMs / 1000)} s and was ended.`,
    remedy: 'Retry the job; stored samples are kept.',
  })
}

function unreadable(details: string): ActbenchError {
  return new ActbenchError({
    code: 'engine-crashed',
    message: 'The engine process sent a message that this build does not understand.',
    remedy: 'Build Actbench again, so that both processes come from the same version.',
    details,
  })
}
