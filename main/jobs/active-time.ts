/** Running time of one attempt, without the time in which the machine slept. */

/** The recorder writes every second: a longer gap between two writes means that the machine slept. */
const longestGapMs = 10_000

export interface ActiveTime {
  /** Moves the end of the counted time to `now`, and returns the running time since it was moved last. Milliseconds. */
  readonly advance: (now: number) => number
  /** Running time from `at` to the end of the counted time: 0 for a moment after it. */
  readonly since: (at: number) => number
  /** End of the counted time. */
  readonly countedTo: () => number
}

export function createActiveTime(startedAt: number): ActiveTime {
  let countedTo = startedAt
  const sleeps: { readonly endedAt: number; readonly ms: number }[] = []
  return {
    advance: (now) => {
      const gap = Math.max(0, now - countedTo)
      countedTo = Math.max(now, countedTo)
      if (gap > longestGapMs) sleeps.push({ endedAt: countedTo, ms: gap - longestGapMs })
      return Math.min(gap, longestGapMs)
    },
    since: (at) => {
      const slept = sleeps.filter(({ endedAt }) => endedAt > at)
      const lost = slept.reduce((sum, { ms }) => sum + ms, 0)
      return Math.max(0, countedTo - Math.max(at, startedAt) - lost)
    },
    countedTo: () => countedTo,
  }
}
