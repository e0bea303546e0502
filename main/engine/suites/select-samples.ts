/** Which samples of a suite a job runs. */
import { createHash } from 'node:crypto'
import type { PlanSuite } from '#contract/plans'
import type { Sample } from '#contract/suites'

/**
 * The samples that `options` ask for, in file order. `only` filters first; then `limit` takes the first ones, or,
 * with `spread`, ones at even spacing; with `shuffleSeed` the order is first shuffled by sha256(seed:id), so that a
 * sample's luck does not depend on its neighbours and a longer limit keeps the shorter one's choice.
 */
export function selectSamples(samples: readonly Sample[], options: PlanSuite): Sample[] {
  const wanted = samples.filter(
    (sample) => options.only === 'all' || sample.expectation === options.only,
  )
  const { limit, shuffleSeed, spread } = options
  if (limit === null || limit >= wanted.length) return wanted
  const ordered = shuffleSeed === null ? wanted : shuffled(wanted, shuffleSeed)
  const chosen = spread
    ? Array.from({ length: limit }, (_, i) => ordered[Math.floor((i * ordered.length) / limit)])
    : ordered.slice(0, limit)
  return chosen.sort((a, b) => a.index - b.index)
}

function shuffled(samples: readonly Sample[], seed: number): Sample[] {
  return samples
    .map((sample) => ({
      sample,
      key: createHash('sha256').update(`${seed}:${sample.id}`).digest('hex'),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ sample }) => sample)
}
