/** The part of an attempt's running time in which samples were with the model, by the engine's own times. */
import type { ActiveTime } from './active-time.ts'

export interface GeneratingTime {
  /** The model got samples at `at`. The first call counts. */
  readonly begin: (at: number) => void
  /** The engine was done at `at`. */
  readonly end: (at: number) => void
  /**
   * Milliseconds to add to what was taken before, up to the end of the active time. More than was just counted when the beginning
   * became known late, less than nothing when the end did.
   */
  readonly take: () => number
}

export function createGeneratingTime(active: Pick<ActiveTime, 'since'>): GeneratingTime {
  let begunAt: number | null = null
  let endedAt: number | null = null
  let taken = 0
  return {
    begin: (at) => {
      begunAt ??= at
    },
    end: (at) => {
      endedAt = at
    },
    take: () => {
      const after = endedAt === null ? 0 : active.since(endedAt)
      const whole = begunAt === null ? 0 : Math.max(0, active.since(begunAt) - after)
      const added = whole - taken
      taken = whole
      return added
    },
  }
}
