/** Where tokens stand and what they may see, for left-padded rows with an optional cache. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'

/** Added to the scores of positions that must not be seen: finite, so that a polynomial softmax stays finite too. */
const hidden = { float32: -1e9, float16: -6e4 } as const

export interface Positions {
  /** int64 [batch, seq]: index in the row without its padding. */
  readonly positions: Value
  /** [batch, 1, seq, total], 0 or a large negative number. */
  readonly mask: Value
}

/**
 * `ids` [batch, seq] follow `past` cached positions (int64 [1], or null without a cache); the first `pad[b]` of all
 * positions of row b are padding. A padding query sees itself only: its softmax is well defined and nobody reads it.
 */
export function leftPadded(
  builder: GraphBuilder,
  options: {
    readonly ids: Value
    readonly pad: Value
    readonly past: Value | null
    readonly dtype: 'float32' | 'float16'
  },
): Positions {
  const { ids, pad, past, dtype } = options
  const zero = builder.int64Scalar(0)
  const seq = builder.shapeOf(ids, 1, 2)
  const start = past === null ? zero : builder.squeeze(past, [0])
  const total = builder.squeeze(past === null ? seq : builder.add(past, seq), [0])
  const totalName = past === null ? ids.shape[1] : `past+${ids.shape[1]}`
  const queries = builder.unsqueeze(builder.range(start, total, ids.shape[1]), [0])
  const keys = builder.unsqueeze(builder.range(zero, total, totalName), [0, 1])
  const padding = builder.unsqueeze(pad, [1])
  const positions = builder.max(builder.sub(queries, padding), zero)

  const queryColumn = builder.unsqueeze(queries, [2])
  const isCausal = builder.lessOrEqual(keys, queryColumn)
  const isSelf = builder.equal(keys, queryColumn)
  const isToken = builder.greaterOrEqual(keys, builder.unsqueeze(padding, [2]))
  const isVisible = builder.and(isCausal, builder.or(isToken, isSelf))
  const mask = builder.where(isVisible, builder.float32(0), builder.float32(hidden[dtype]))
  return { positions, mask: builder.cast(builder.unsqueeze(mask, [1]), dtype) }
}
