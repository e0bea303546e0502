/** How fast a job goes: over the last half minute, so that a slow start does not spoil the estimate. */

/** Long enough to level batches out, short enough to follow the machine. */
const windowMs = 30_000
/** Wide batches end together: so many ends of samples are in the window, however long that is. */
const windowEnds = 5

export interface Rates {
  readonly samplesPerSecond: number | null
  readonly tokensPerSecond: number | null
}

export interface RateWindow {
  /** What was finished since the last call; `at`, in milliseconds, is when the last of it was. */
  readonly add: (work: { at: number; samples: number; tokens: number }) => void
  readonly rates: (now: number) => Rates
}

interface Mark {
  readonly at: number
  readonly samples: number
  readonly tokens: number
  /** How many calls brought samples. */
  readonly ends: number
}

/** Counts from the first work on: loading and calibrating are no part of the rate. Knows nothing of pauses. */
export function createRateWindow(): RateWindow {
  let marks: Mark[] = []
  let samples = 0
  let tokens = 0
  let ends = 0
  return {
    add: (work) => {
      samples += work.samples
      tokens += work.tokens
      // The first mark only opens the window: when its work began is not known.
      if (work.samples > 0) ends += 1
      marks.push({ at: work.at, samples, tokens, ends })
      const begin = marks.findLastIndex(
        (mark) => mark.at <= work.at - windowMs && mark.ends <= ends - windowEnds,
      )
      if (begin > 0) marks = marks.slice(begin)
    },
    rates: (now) => {
      const [first] = marks
      if (first === undefined) return { samplesPerSecond: null, tokensPerSecond: null }
      const seconds = (now - first.at) / 1000
      const rateOf = (count: number) => (seconds > 0 && count > 0 ? count / seconds : null)
      return {
        samplesPerSecond: rateOf(samples - first.samples),
        tokensPerSecond: rateOf(tokens - first.tokens),
      }
    },
  }
}

/** Null while nothing is known. */
export function remainingMs(
  { done, total }: { done: number; total: number | null },
  samplesPerSecond: number | null,
): number | null {
  if (total === null || samplesPerSecond === null) return null
  return Math.round((Math.max(0, total - done) / samplesPerSecond) * 1000)
}
