/** Values to name on a logarithmic axis. */

const steps = [[1], [1, 3], [1, 2, 5]]
const fewest = 3

/** Powers of ten between two positive ends; with 3, or 2 and 5 times them, where those are fewer than three. */
export function logTicks(from: number, to: number): number[] {
  const [first, last] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))]
  const ticksOf = (factors: readonly number[]) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((power) =>
      factors
        .map((factor) => Number(`${factor}e${power}`))
        .filter((tick) => tick >= from && tick <= to),
    )
  return steps.map(ticksOf).find((ticks) => ticks.length >= fewest) ?? ticksOf(steps.at(-1) ?? [1])
}
