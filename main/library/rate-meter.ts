/** Units per second over the last few seconds, so that a pause or a resumed part does not distort the figure for long. */
export interface RateMeter {
  /** Null until two moments are known; a falling total starts anew. */
  readonly rate: (reading: { readonly atMs: number; readonly total: number }) => number | null
}

const windowMs = 5000

export function createRateMeter(): RateMeter {
  let readings: { atMs: number; total: number }[] = []
  return {
    rate: ({ atMs, total }) => {
      const last = readings.at(-1)
      if (last !== undefined && total < last.total) readings = []
      readings.push({ atMs, total })
      while (readings.length > 2 && (readings[0]?.atMs ?? atMs) < atMs - windowMs) readings.shift()
      const first = readings[0]
      if (first === undefined || atMs <= first.atMs) return null
      return ((total - first.total) * 1000) / (atMs - first.atMs)
    },
  }
}
