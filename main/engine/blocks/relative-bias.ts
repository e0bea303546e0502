/**
 * What attention adds to its scores for the distance between two tokens (Raffel et al. 2020, arXiv 1910.10683, section 2.1): one number
 * for each head and bucket of distances. Buckets are the distances themselves at first and grow with their logarithm then.
 */
import type { TensorRef } from '../checkpoint/types.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { hidden } from './positions.ts'
import { floatWeight } from './weights.ts'

export interface Buckets {
  readonly count: number
  /** Distance from which on all are in the last bucket. */
  readonly maxDistance: number
  /** Tokens behind have buckets of their own; otherwise they are never seen, and are like the token itself. */
  readonly seesAhead: boolean
}

const fround = Math.fround

/** Bucket of `distance`, position of the key minus position of the query; rounded as transformers does, in float32. */
export function bucketOf(distance: number, { count, maxDistance, seesAhead }: Buckets): number {
  const half = seesAhead ? Math.floor(count / 2) : count
  const offset = seesAhead && distance > 0 ? half : 0
  const away = seesAhead ? Math.abs(distance) : Math.max(0, -distance)
  const exact = Math.floor(half / 2)
  if (away < exact) return offset + away
  const logarithm = fround(Math.log(fround(away / exact)))
  const share = fround(logarithm / fround(Math.log(maxDistance / exact)))
  const grown = exact + Math.trunc(fround(share * fround(half - exact)))
  return offset + Math.min(grown, half - 1)
}

/**
 * [1, nHeads, seq, total]: bias of `keys` int64 [total] for `queries` int64 [seq]. Unless tokens see ahead, keys behind their
 * query are hidden by it as well. `table` [buckets, nHeads].
 */
export function relativeBias(
  builder: GraphBuilder,
  places: { readonly queries: Value; readonly keys: Value },
  options: {
    readonly table: TensorRef
    readonly buckets: Buckets
    readonly dtype: 'float32' | 'float16'
  },
): Value {
  const { table, buckets, dtype } = options
  const { maxDistance, seesAhead } = buckets
  const byDistance = Array.from({ length: 2 * maxDistance + 1 }, (_, at) =>
    bucketOf(at - maxDistance, buckets),
  )
  const rows = builder.gather(floatWeight(builder, table, dtype), builder.int64(byDistance), 0)
  const distances = builder.sub(
    builder.unsqueeze(places.keys, [0]),
    builder.unsqueeze(places.queries, [1]),
  )
  const limit = builder.int64Scalar(maxDistance)
  const nearest = builder.max(builder.min(distances, limit), builder.neg(limit))
  const gathered = builder.gather(rows, builder.add(nearest, limit), 0)
  const bias = builder.unsqueeze(builder.transpose(gathered, [2, 0, 1]), [0])
  if (seesAhead) return bias
  const isBehind = builder.greater(distances, builder.int64Scalar(0))
  const mask = builder.where(isBehind, builder.float32(hidden[dtype]), builder.float32(0))
  return builder.add(bias, builder.unsqueeze(builder.cast(mask, dtype), [0, 1]))
}
