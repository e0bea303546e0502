/** Counts over equal bins that all series share. */

export interface Histogram {
  /** Lower ends of the bins. */
  readonly starts: readonly number[]
  readonly width: number
  /** For each series, how many values fall into each bin. */
  readonly counts: readonly (readonly number[])[]
}

const niceSteps = [1, 2, 5]

/** At most `mostBins` bins of a round width that cover every value; empty series give empty counts. */
export function binValues(series: readonly (readonly number[])[], mostBins = 24): Histogram {
  const all = series.flat()
  if (all.length === 0) return { starts: [], width: 1, counts: series.map(() => []) }
  const low = all.reduce((a, b) => Math.min(a, b))
  const high = all.reduce((a, b) => Math.max(a, b))
  const width = roundWidth((high - low) / mostBins || 1)
  const first = Math.floor(low / width)
  const bins = Math.floor(high / width) - first + 1
  const starts = Array.from({ length: bins }, (_, bin) => cleaned((first + bin) * width))
  const counts = series.map((values) => {
    const count = new Array<number>(bins).fill(0)
    for (const value of values) {
      const bin = Math.floor(value / width) - first
      count[bin] = (count[bin] ?? 0) + 1
    }
    return count
  })
  return { starts, width, counts }
}

/** An empty bin more at each end: a line of steps then rises from zero and falls back, and its last bin is as wide as the others. */
export function withEmptyEnds({ starts, width, counts }: Histogram): Histogram {
  const [first, last] = [starts[0], starts.at(-1)]
  if (first === undefined || last === undefined) return { starts, width, counts }
  return {
    starts: [cleaned(first - width), ...starts, cleaned(last + width)],
    width,
    counts: counts.map((bins) => [0, ...bins, 0]),
  }
}

/** The next of 1, 2, 5 times a power of ten. */
export function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width))
  return (niceSteps.find((step) => step * power >= width) ?? 10) * power
}

/** 0.30000000000000004 is 0.3 on an axis. */
function cleaned(value: number): number {
  return Number(value.toPrecision(12))
}
