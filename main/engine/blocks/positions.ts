/** Where tokens stand and what they may see: left-padded rows with an optional cache, and right-padded rows of whole texts. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'

/** Added to the scores of positions that must not be seen: finite, so that a polynomial softmax stays finite too. */
export const hidden = { float32: -1e9, float16: -6e4 } as const

export interface Positions {
  /** int64 [batch, seq]: index in the row without its padding. */
  readonly positions: Value
  /** [batch, 1, seq, total], 0 or a large negative number. */
  readonly mask: Value
}

/**
 * For a row that is a tree: what follows a token in several ways stands in one row, one branch after the other. Told by two
 * numbers a column, since in such an order the descendants of a token are the columns from its own to the end of its branch.
 */
export interface Branches {
  /** int64 [batch or 1, total or 1]: the first column at which a key is no longer seen; 0 hides it for good. */
  readonly visibleUntil: Value
  /** int64 [batch or 1, seq or 1]: columns before a query that are not on its way from the root, padding aside. */
  readonly skipped: Value
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
    /** Null: every row is a plain sequence. */
    readonly branches: Branches | null
    readonly dtype: 'float32' | 'float16'
  },
): Positions {
  const { ids, pad, past, branches, dtype } = options
  const zero = builder.int64Scalar(0)
  const seq = builder.shapeOf(ids, 1, 2)
  const start = past === null ? zero : builder.squeeze(past, [0])
  const total = builder.squeeze(past === null ? seq : builder.add(past, seq), [0])
  const totalName = past === null ? ids.shape[1] : `past+${ids.shape[1]}`
  const queries = builder.unsqueeze(builder.range(start, total, ids.shape[1]), [0])
  const keys = builder.unsqueeze(builder.range(zero, total, totalName), [0, 1])
  const padding = builder.unsqueeze(pad, [1])
  const behindPadding = builder.sub(queries, padding)
  const indices = branches === null ? behindPadding : builder.sub(behindPadding, branches.skipped)
  const positions = builder.max(indices, zero)

  const queryColumn = builder.unsqueeze(queries, [2])
  const isToken = builder.greaterOrEqual(keys, builder.unsqueeze(padding, [2]))
  const isSelf = builder.equal(keys, queryColumn)
  const isSeen = builder.lessOrEqual(keys, lastSeen(builder, queryColumn, branches))
  const isVisible = builder.and(isSeen, builder.or(isToken, isSelf))
  const mask = builder.where(isVisible, builder.float32(0), builder.float32(hidden[dtype]))
  return { positions, mask: builder.cast(builder.unsqueeze(mask, [1]), dtype) }
}

/**
 * The last column that each query sees: its own, or none. Columns are chosen among instead of joining conditions, since WebGPU's And
 * (ONNX Runtime 1.29) takes a condition of one element for false in three columns of four.
 */
function lastSeen(builder: GraphBuilder, queryColumn: Value, branches: Branches | null): Value {
  if (branches === null) return queryColumn
  const isOpen = builder.less(queryColumn, builder.unsqueeze(branches.visibleUntil, [1]))
  return builder.where(isOpen, queryColumn, builder.int64Scalar(-1))
}

export interface WholePositions extends Positions {
  /** int64 [seq] */
  readonly columns: Value
  /** bool [batch, seq]: false for padding. */
  readonly isToken: Value
}

/**
 * Whole texts: the last `pad[b]` columns of row b of `ids` [batch, seq] are padding, and every token sees every token of its row. The
 * mask has as many rows as columns, since fused attention spreads none. Padding has the position of the row's last token.
 */
export function rightPadded(
  builder: GraphBuilder,
  options: { readonly ids: Value; readonly pad: Value; readonly dtype: 'float32' | 'float16' },
): WholePositions {
  const { ids, pad, dtype } = options
  const [batch, seq] = ids.shape
  const length = builder.shapeOf(ids, 1, 2)
  const columns = builder.range(builder.int64Scalar(0), builder.squeeze(length, [0]), seq)
  const row = builder.unsqueeze(columns, [0])
  const tokens = builder.unsqueeze(builder.sub(length, pad), [1])
  const isToken = builder.less(row, tokens)
  const positions = builder.min(row, builder.sub(tokens, builder.int64Scalar(1)))
  const visible = builder.unsqueeze(isToken, [1, 2])
  const one = builder.where(visible, builder.float32(0), builder.float32(hidden[dtype]))
  const sizes = builder.concat([builder.shapeOf(ids, 0, 1), builder.int64([1]), length, length], 0)
  const mask = builder.expand(builder.cast(one, dtype), sizes, [batch, 1, seq, seq])
  return { positions, mask, columns, isToken }
}
