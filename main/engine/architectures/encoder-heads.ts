/** Heads that read an encoder's states: one distribution over intents for the text, one over slots for each token. */
import { gelu } from '../blocks/gelu.ts'
import type { LinearWeights } from '../blocks/linear.ts'
import { linear } from '../blocks/linear.ts'
import type { Precision } from '../blocks/weights.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import type { JointConfig, JointWeights } from './types.ts'

export interface JointParts {
  readonly joint: JointWeights
  readonly pooling: JointConfig['pooling']
  /** bool [batch, seq] */
  readonly isToken: Value
  /** int64 [rows], indices into batch * seq; null for all of them. */
  readonly words: Value | null
  readonly precision: Precision
}

/** states [batch, seq, dModel] -> logits of the intent [batch, intents] and of the slots [batch, seq, slots] or [1, rows, slots]. */
export function jointHeads(
  builder: GraphBuilder,
  states: Value,
  { joint, pooling, isToken, words, precision }: JointParts,
): readonly [intent: Value, slots: Value] {
  const intent = builder.scope('intent', () => {
    const pooled = builder.cast(pool(builder, states, { pooling, isToken }), states.dtype)
    return head(builder, pooled, { layers: joint.intent, precision })
  })
  const slots = builder.scope('slots', () => {
    const chosen = words === null ? states : rowsOf(builder, states, words)
    return head(builder, chosen, { layers: joint.slots, precision })
  })
  return [builder.site('hook_intent_logits', intent), builder.site('hook_logits', slots)]
}

/** Below every state, so that the largest one is a token's. */
const belowAll = -1e9

/** states [batch, seq, dModel] -> float32 [batch, dModel]; special tokens count. */
function pool(
  builder: GraphBuilder,
  states: Value,
  { pooling, isToken }: { pooling: JointConfig['pooling']; isToken: Value },
): Value {
  if (pooling === 'first') {
    const first = builder.slice(states, { axis: 1, start: 0, end: 1 })
    return builder.cast(builder.squeeze(first, [1]), 'float32')
  }
  const wide = builder.cast(states, 'float32')
  const token = builder.unsqueeze(isToken, [2])
  if (pooling === 'max') {
    return builder.reduceMax(builder.where(token, wide, builder.float32(belowAll)), [1], false)
  }
  const weight = builder.cast(token, 'float32')
  const sum = builder.reduceSum(builder.mul(wide, weight), [1], false)
  return builder.div(sum, builder.reduceSum(weight, [1], false))
}

/** Some tokens of all rows: [1, rows, dModel]. */
function rowsOf(builder: GraphBuilder, states: Value, words: Value): Value {
  const flat = builder.reshape(states, [-1, Number(states.shape[2])])
  return builder.unsqueeze(builder.gather(flat, words, 0), [0])
}

function head(
  builder: GraphBuilder,
  x: Value,
  { layers, precision }: { layers: readonly LinearWeights[]; precision: Precision },
): Value {
  let y = x
  for (const [index, layer] of layers.entries()) {
    const input = index === 0 ? y : gelu(builder, y)
    y = builder.scope(`${index}`, () => linear(builder, input, { ...layer, precision }))
  }
  return builder.cast(y, 'float32')
}
