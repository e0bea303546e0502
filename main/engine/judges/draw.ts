/** A random sample for people to label: as even over the configurations as it can be, in an order that tells nothing. */
import { createRng, type Rng } from '../stats/index.ts'

/**
 * `size` items over all strata (fewer if there are not so many), each stratum giving the same number up to one, or all that
 * it has. The same strata, size and seed give the same items in the same order.
 */
export function drawEvenly<T>(input: {
  readonly strata: readonly (readonly T[])[]
  readonly size: number
  readonly seed: number
}): T[] {
  const rng = createRng(input.seed)
  const decks = input.strata.map((stratum) => shuffled(stratum, rng))
  const drawn: T[] = []
  // Rounds of one card from each deck; a random deck begins, so that a remainder favours none.
  for (let round = 0; drawn.length < input.size; round++) {
    const open = decks.filter((deck) => round < deck.length)
    if (open.length === 0) break
    const cards = shuffled(open, rng).map((deck) => deck[round])
    drawn.push(...cards.slice(0, input.size - drawn.length))
  }
  return shuffled(drawn, rng)
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], rng: Rng): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = rng.below(last + 1)
    const kept = result[last]
    result[last] = result[other]
    result[other] = kept
  }
  return result
}
