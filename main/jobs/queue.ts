/**
 * What runs next. The store holds the truth; this holds what this process does about it: it claims jobs one by one,
 * hands them to an engine, and writes what became of them.
 */
import type { Emit } from '#contract/events'
import type { Job, JobStatus } from '#contract/jobs'
import type { ProviderReport } from '#contract/system'
import { jobs, judged, queueState, settings, type Database, type Wanted } from '#db'
import { startAttempt, type Attempt } from './attempt.ts'
import { requireRoom, requiredFreeBytes } from './disk.ts'
import {
  createEngineClient,
  engineLimits,
  type EngineClient,
  type EngineLimits,
} from './engine-client.ts'
import type { LaunchEngine } from './engine-process.ts'
import { createEnginePool, warmthOf } from './engine-pool.ts'
import { createEndings } from './endings.ts'
import { rememberFingerprints } from './fingerprints.ts'
import type { JobRules } from './job-rules.ts'
import { buildJobSpec, type EnginePaths } from './job-spec.ts'
import { verdictsOf } from './judging-task.ts'
import { createOwner, isAlive } from './owner.ts'
import { endQuarantine } from './quarantine.ts'
import { impossible, nothingToRetry } from './queue-errors.ts'
import { liveFigures } from './recorder.ts'
import { createSettlement } from './settlement.ts'

/** How often owners of running jobs are checked. */
const sweepMs = 30_000

export interface QueueOptions {
  readonly db: Database
  readonly emit: Emit
  readonly launch: LaunchEngine
  readonly rules: JobRules
  readonly paths: EnginePaths
  /** Epoch milliseconds. */
  readonly clock?: () => number
  readonly limits?: EngineLimits
  /** Free bytes that a job needs to begin. */
  readonly freeBytes?: number
}

export interface Queue {
  /** Begins to claim jobs; `runIds` keeps to those runs. Running jobs of dead processes become interrupted. */
  readonly start: (options?: { readonly runIds?: readonly string[] }) => void
  /** New jobs are in the store. */
  readonly wake: () => void
  /** These resolve when the job does not run any more. They throw `invalid-input` in a state that has no such step. */
  readonly pauseJob: (id: string) => Promise<void>
  readonly cancelJob: (id: string) => Promise<void>
  /** Paused, interrupted or failed: goes on behind what is stored. */
  readonly resumeJob: (id: string) => Promise<void>
  /** Failed, cancelled, interrupted, or done with failed samples: those that only have an error run again too. */
  readonly retryJob: (id: string) => Promise<void>
  /** Before another job, or to the end. */
  readonly moveJob: (id: string, beforeId: string | null) => Promise<void>
  /** No job is begun, and running ones, also of other processes, go back to the head of the queue. */
  readonly pauseAll: () => Promise<void>
  readonly resumeAll: () => Promise<void>
  readonly isPaused: () => boolean
  /** Stores how many jobs run at once, each in an engine process of its own. What runs goes on, whatever the number. */
  readonly setConcurrency: (jobsAtOnce: number) => void
  readonly concurrentJobs: () => number
  /** Puts all interrupted jobs back into the queue and returns their ids. */
  readonly resumeInterrupted: () => Promise<string[]>
  /** The job with its live figures, if it runs here. */
  readonly withLive: (job: Job) => Job
  /** Asks an engine process what it can run on. */
  readonly providers: () => Promise<ProviderReport[]>
  /** Engine processes of the running jobs. */
  readonly enginePids: () => number[]
  /** Resolves with these jobs when none of them runs, here or elsewhere, and none will without somebody's doing. */
  readonly settled: (jobIds: readonly string[]) => Promise<Job[]>
  /** Stops the running jobs, which become interrupted, and ends all engines. */
  readonly close: () => Promise<void>
}

export function createQueue(options: QueueOptions): Queue {
  const { db, emit, paths, clock = Date.now, freeBytes = requiredFreeBytes } = options
  const owner = createOwner()
  const newEngine = () => createEngineClient(options.launch, options.limits ?? engineLimits)
  /** Answers questions; it has no job. */
  const adviser = newEngine()
  const pool = createEnginePool(newEngine)
  const engines = new Map<string, EngineClient>()
  const rules = rememberFingerprints(options.rules)
  const attempts = new Map<string, Attempt>()
  const running = new Map<string, Promise<void>>()
  const endings = createEndings({ db, ownerId: owner.id, clock })
  const settlement = createSettlement({ db: db.read, isPaused: () => isPaused() })
  let scope: readonly string[] | null = null
  let isStarted = false
  let isClosed = false
  let sweepTimer: NodeJS.Timeout | undefined

  const concurrentJobs = () => settings.concurrentJobs(db.read)
  const isPaused = () => endings.isHalted() || settings.isQueuePaused(db.read)

  const announce = (id: string) => {
    const job = jobs.find(db.read, id)
    if (job !== null) emit('job-changed', withLive(job))
    emit('queue-changed', { isPaused: isPaused(), ...queueState.count(db.read) })
    settlement.check()
  }

  const withLive = (job: Job): Job => {
    const attempt = attempts.get(job.id)
    return attempt === undefined ? job : { ...job, ...liveFigures(attempt.live()) }
  }

  const pump = () => {
    while (isStarted && !isClosed && running.size < concurrentJobs() && !isPaused()) {
      const loaded = concurrentJobs() > 1 ? pool.loaded() : null
      const job = queueState.claim(db.write, { owner, runIds: scope, loaded, now: clock() })
      if (job === null) return
      running.set(
        job.id,
        runJob(job).finally(() => {
          running.delete(job.id)
          announce(job.id)
          pump()
        }),
      )
      announce(job.id)
    }
  }

  const runJob = async (job: Job): Promise<void> => {
    const warmth = { warmth: warmthOf(db.read, job), configurationHash: job.configurationHash }
    const engine = pool.take(warmth, concurrentJobs() - running.size - 1)
    engines.set(job.id, engine)
    const attempt = startAttempt({
      db,
      job,
      verdicts: job.task?.kind === 'judging' ? verdictsOf(job.task, rules) : null,
      engine,
      emit,
      clock,
      buildSpec: async () => {
        await requireRoom(db.path, freeBytes)
        return buildJobSpec({ db: db.read, job, rules, paths, jobsAtOnce: concurrentJobs() })
      },
    })
    attempts.set(job.id, attempt)
    const outcome = await attempt.outcome
    attempts.delete(job.id)
    engines.delete(job.id)
    pool.giveBack(warmth, engine)
    const isOurDoing = isClosed && outcome.kind === 'crashed'
    endings.write(job, isOurDoing ? { kind: 'stopped', reason: 'interrupted' } : outcome)
  }

  /** Jobs may also become free by what another process does. */
  const lookAround = () => {
    sweep()
    pump()
  }

  const sweep = () => {
    for (const other of queueState.owners(db.read)) {
      if (other.id === owner.id || isAlive(other)) continue
      if (queueState.interrupt(db.write, other)) announce(other.jobId)
    }
  }

  /** Stops a job that runs, here or elsewhere. Returns false when it does not run. */
  const stop = async (id: string, reason: Wanted): Promise<boolean> => {
    if (!attempts.has(id)) sweep()
    if (jobs.get(db.read, id).status !== 'running') return false
    attempts.get(id)?.stop(reason)
    // Also for our own: should it end by itself first, the wish goes with it.
    queueState.want(db.write, { id, wanted: reason })
    await (running.get(id) ?? settlement.notRunning(id))
    return true
  }

  const changeTo = (id: string, to: 'queued' | 'paused' | 'cancelled', from: JobStatus[]) => {
    const job = jobs.get(db.read, id)
    if (!queueState.transition(db.write, { id, from, to, now: clock() })) {
      throw impossible(job, { to, from })
    }
    announce(id)
  }

  /** Verdicts of a judging that say nothing are asked for again. Returns how many. */
  const forgetUnscored = ({ id, task }: Job): number => {
    if (task?.kind !== 'judging') return 0
    const verdicts = verdictsOf(task, rules)
    const forgotten = judged.forgetUnscored(db.write, verdicts)
    if (forgotten > 0) jobs.setDone(db.write, id, judged.ids(db.read, verdicts).length)
    return forgotten
  }

  const enqueue = (id: string, from: JobStatus[]) => {
    changeTo(id, 'queued', from)
    endings.forgetCrashes(id)
    pump()
  }

  return {
    start: ({ runIds } = {}) => {
      scope = runIds ?? null
      isStarted = true
      sweep()
      sweepTimer ??= setInterval(lookAround, sweepMs)
      sweepTimer.unref()
      pump()
    },
    wake: () => {
      emit('queue-changed', { isPaused: isPaused(), ...queueState.count(db.read) })
      pump()
    },
    pauseJob: async (id) => {
      if (await stop(id, 'paused')) return
      changeTo(id, 'paused', ['queued', 'paused', 'interrupted'])
    },
    cancelJob: async (id) => {
      if (await stop(id, 'cancelled')) return
      changeTo(id, 'cancelled', ['queued', 'paused', 'interrupted', 'cancelled'])
    },
    resumeJob: (id) =>
      settle(() => {
        enqueue(id, ['paused', 'interrupted', 'failed'])
      }),
    retryJob: (id) =>
      settle(() => {
        const job = jobs.get(db.read, id)
        const waiting = job.status === 'running' ? 0 : forgetUnscored(job)
        if (job.status === 'done' && job.failed === 0 && waiting === 0) throw nothingToRetry(job)
        endQuarantine(db.write, id)
        queueState.retryErrors(db.write, id)
        enqueue(id, ['failed', 'cancelled', 'interrupted', 'done'])
      }),
    moveJob: (id, beforeId) =>
      settle(() => {
        if (!queueState.move(db.write, id, beforeId)) {
          throw impossible(jobs.get(db.read, id), {
            to: 'queued',
            from: ['queued', 'paused', 'interrupted'],
          })
        }
        announce(id)
      }),
    pauseAll: async () => {
      settings.setQueuePaused(db.write, true)
      for (const attempt of attempts.values()) attempt.stop('queued')
      sweep()
      // Other processes see it at their next commit.
      const elsewhere = jobs.withStatus(db.read, 'running').filter(({ id }) => !running.has(id))
      await Promise.all([
        ...running.values(),
        ...elsewhere.map(({ id }) => settlement.notRunning(id)),
      ])
      emit('queue-changed', { isPaused: true, ...queueState.count(db.read) })
      settlement.check()
    },
    resumeAll: () =>
      settle(() => {
        endings.goOn()
        emit('queue-changed', { isPaused: false, ...queueState.count(db.read) })
        pump()
      }),
    isPaused,
    setConcurrency: (jobsAtOnce) => {
      settings.setConcurrentJobs(db.write, jobsAtOnce)
      emit('queue-changed', { isPaused: isPaused(), ...queueState.count(db.read) })
      pump()
    },
    concurrentJobs,
    resumeInterrupted: () =>
      settle(() => {
        const ids = jobs.withStatus(db.read, 'interrupted').map(({ id }) => id)
        for (const id of ids) enqueue(id, ['interrupted'])
        return ids
      }),
    withLive,
    providers: () => adviser.providers(),
    enginePids: () => [...engines.values()].flatMap((engine) => engine.pid() ?? []),
    settled: (jobIds) => settlement.settled(jobIds),
    close: async () => {
      isClosed = true
      clearInterval(sweepTimer)
      for (const attempt of attempts.values()) attempt.stop('interrupted')
      await Promise.all(running.values())
      pool.close()
      adviser.kill()
      settlement.close()
    },
  }
}

/** A synchronous step as a promise: what it throws becomes a rejection. */
function settle<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work())
  })
}
