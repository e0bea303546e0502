/** Pooled quotients (micro-F1) over all samples of a suite: samples of one cluster are drawn together. */
import { jointSums, type RatioDraws, type RatioParts } from '../stats/index.ts'
import type { Figures } from './collect.ts'

const draws = 1000
const seed = 1

/** Sums by cluster, or by sample where clusters are not known. The same indices and clusters give the same order. */
export function pooledParts(input: {
  readonly figures: Figures
  readonly indices: readonly number[]
  readonly clusters: readonly string[] | null
}): RatioParts {
  const { figures, indices, clusters } = input
  const places = new Map<string | number, number>()
  const placeOf = indices.map((at, i) => {
    const name = clusters === null ? at : clusters[i]
    const place = places.get(name) ?? places.size
    places.set(name, place)
    return place
  })
  const parts = { hits: new Float64Array(places.size), weights: new Float64Array(places.size) }
  indices.forEach((at, i) => {
    const weight = figures.weights[at]
    // A stored quotient times its weight is whole but for rounding.
    parts.hits[placeOf[i]] += Math.round(figures.values[at] * weight)
    parts.weights[placeOf[i]] += weight
  })
  return parts
}

/** Resamples of one list of parts, or of the difference of the second list to the first: the same draws for both. */
export function pooledDraws(parts: RatioParts, from: RatioParts | null = null): RatioDraws {
  const n = parts.hits.length
  return {
    n,
    draws: () => {
      const tables = [parts, from ?? parts].flatMap(({ hits, weights }) => [hits, weights])
      const { of } = jointSums({ tables, rows: 1, ids: n, draws, seed })
      const ratios = ({ hits, weights }: RatioParts): Float64Array => {
        const below = of(weights)
        return of(hits).map((hit, draw) => hit / below[draw])
      }
      const own = ratios(parts)
      if (from === null) return own
      const before = ratios(from)
      return own.map((ratio, draw) => ratio - before[draw])
    },
  }
}
