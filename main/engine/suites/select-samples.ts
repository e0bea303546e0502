/** Which samples of a suite a job runs. */
import { createHash } from 'node:crypto'
import type { PlanSuite } from '#contract/plans'
import type { Sample } from '#contract/suites'

/**
 * The samples that `options` ask for, in file order. `only` filters first; then `limit` takes the first ones, or,
 * with `spread`, ones at even spacing; with `shuffleSeed` the order is first shuffled by sha256(seed:id), so that a
 * sample's luck does not depend on its neighbours and a longer limit keeps the shorter one's choice.
 *
 * Where samples have a locale, `limit` counts utterances: the same ids in every locale, at even spacing over the ids in
 * numerical order (id number floor(k n / limit) for k = 0, 1, ...) unless `shuffleSeed` shuffles them.
 */
export function selectSamples(samples: readonly Sample[], options: PlanSuite): Sample[] {
  const wanted = samples.filter(
    (sample) => options.only === 'all' || sample.expectation === options.only,
  )
  const { limit, shuffleSeed, spread } = options
  if (limit === null) return wanted
  if (wanted.some(({ utterance }) => utterance !== undefined)) {
    const ids = [...new Set(wanted.map(idOfUtterance))].sort((a, b) => Number(a) - Number(b))
    const chosen = new Set(
      choose(ids, { limit, shuffleSeed, spread: shuffleSeed === null, keyOf: (id) => id }),
    )
    return wanted.filter((sample) => chosen.has(idOfUtterance(sample)))
  }
  const chosen = choose(wanted, { limit, shuffleSeed, spread, keyOf: ({ id }) => id })
  return chosen.sort((a, b) => a.index - b.index)
}

function idOfUtterance({ cluster, id }: Sample): string {
  return cluster ?? id
}

function choose<T>(
  items: readonly T[],
  options: Pick<PlanSuite, 'shuffleSeed' | 'spread'> & {
    readonly limit: number
    readonly keyOf: (item: T) => string
  },
): T[] {
  const { limit, shuffleSeed, spread, keyOf } = options
  if (limit >= items.length) return [...items]
  const ordered = shuffleSeed === null ? items : shuffled(items, { seed: shuffleSeed, keyOf })
  return spread
    ? Array.from({ length: limit }, (_, i) => ordered[Math.floor((i * ordered.length) / limit)])
    : ordered.slice(0, limit)
}

function shuffled<T>(
  items: readonly T[],
  { seed, keyOf }: { readonly seed: number; readonly keyOf: (item: T) => string },
): T[] {
  return items
    .map((item) => ({
      item,
      key: createHash('sha256')
        .update(`${seed}:${keyOf(item)}`)
        .digest('hex'),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item)
}
