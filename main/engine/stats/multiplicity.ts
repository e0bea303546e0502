/** Many tests at once: adjusted p-values, in the order of the input. */

/** Holm's step-down adjustment (Holm 1979): controls the chance of any false claim in the family. */
export function holm(pValues: readonly number[]): number[] {
  const order = ascending(pValues)
  const adjusted = new Array<number>(pValues.length)
  let running = 0
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, pValues[index] * (pValues.length - rank)))
    adjusted[index] = running
  })
  return adjusted
}

/** Benjamini and Hochberg's step-up adjustment (1995): controls the expected share of false claims; for exploration. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = ascending(pValues)
  const adjusted = new Array<number>(pValues.length)
  let running = 1
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const index = order[rank]
    running = Math.min(running, (pValues[index] * pValues.length) / (rank + 1))
    adjusted[index] = running
  }
  return adjusted
}

function ascending(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a] - values[b])
}
