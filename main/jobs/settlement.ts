/** Waiting for jobs to come to rest, whichever process runs them: the store is asked, here and now and then. */
import type { Job } from '#contract/jobs'
import { jobs, type ReadableDb } from '#db'

/** Jobs of another process are looked at so often; our own report at once. */
const pollMs = 500

export interface Settlement {
  readonly settled: (jobIds: readonly string[]) => Promise<Job[]>
  readonly notRunning: (jobId: string) => Promise<void>
  /** Something changed: look now. */
  readonly check: () => void
  /** Lets everyone go who still waits. */
  readonly close: () => void
}

interface Waiter {
  readonly isOver: () => boolean
  readonly resolve: () => void
}

export function createSettlement({
  db,
  isPaused,
}: {
  db: ReadableDb
  isPaused: () => boolean
}): Settlement {
  const waiters = new Set<Waiter>()
  let timer: NodeJS.Timeout | undefined

  const check = () => {
    for (const waiter of [...waiters]) {
      if (!waiter.isOver()) continue
      waiters.delete(waiter)
      waiter.resolve()
    }
    if (waiters.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  const until = (isOver: () => boolean) =>
    new Promise<void>((resolve) => {
      waiters.add({ isOver, resolve })
      timer ??= setInterval(check, pollMs)
      check()
    })

  const found = (ids: readonly string[]) => ids.flatMap((id) => jobs.find(db, id) ?? [])
  const isResting = ({ status, task }: Job): boolean => {
    if (status !== 'queued') return status !== 'running'
    return isPaused() || (task?.kind === 'judging' && isStuck(task.sourceJobId))
  }
  /** A judging waits for its source, which waits for a person. */
  const isStuck = (sourceId: string) =>
    found([sourceId]).some(({ status }) => status === 'paused' || status === 'interrupted')

  return {
    settled: async (jobIds) => {
      await until(() => found(jobIds).every(isResting))
      return found(jobIds)
    },
    notRunning: (jobId) => until(() => found([jobId]).every(({ status }) => status !== 'running')),
    check,
    close: () => {
      for (const waiter of waiters) waiter.resolve()
      waiters.clear()
      check()
    },
  }
}
