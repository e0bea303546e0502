/** Deletes what removed runs held, in pieces so small that nobody has to wait for one. */
import { setImmediate } from 'node:timers/promises'
import { runs, type Database } from '#db'

export interface Sweeper {
  /** Begins, or goes on, when anything is left to delete: also what another process began. */
  readonly wake: () => void
  /** Nothing is left at the moment. */
  readonly isFinished: () => boolean
  /** Resolves when nothing is left; rejects when the store refused. */
  readonly finished: () => Promise<void>
  /** Stops after the present piece; the rest is deleted another time. */
  readonly close: () => Promise<void>
}

/** How long one piece should take. A piece twice as long is felt as a jerk. */
const pieceMs = 15
const fewest = 10
const most = 2000

export function createSweeper(db: Database): Sweeper {
  let isClosed = false
  let current: Promise<void> | null = null

  const sweepAll = async (): Promise<void> => {
    let size = fewest
    try {
      for (;;) {
        await setImmediate()
        if (isClosed) return
        const start = performance.now()
        if (!runs.sweep(db.write, size)) return
        size = nextSize(size, performance.now() - start)
      }
    } finally {
      // In the same turn as the last look, so that no run is removed in between and then forgotten.
      current = null
    }
  }

  const begin = (): Promise<void> => {
    current ??= sweepAll()
    return current
  }

  return {
    wake: () => {
      // What the store refuses now is tried again at the next start; nothing that is shown depends on it.
      begin().catch(() => undefined)
    },
    isFinished: () => runs.isSwept(db.read),
    finished: begin,
    close: async () => {
      isClosed = true
      await current?.catch(() => undefined)
    },
  }
}

/** Long texts take longer than short ones, so the size follows the time that the last piece took. */
function nextSize(size: number, tookMs: number): number {
  const wanted = size * Math.min(2, pieceMs / Math.max(tookMs, 0.1))
  return Math.round(Math.min(most, Math.max(fewest, wanted)))
}
