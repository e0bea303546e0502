/** Which tokens a mask touches, told from their positions alone. */
import { ActbenchError } from '#contract/errors'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/ir.ts'
import { addValue, regionsOf, siteValue } from '../graph/rewrite.ts'

/**
 * `last-half`: of a prompt of T tokens the last floor(T / 2), and every token that is generated (TEAL's release). `none`: generated
 * tokens only. T is the number of tokens of the row that the model has read by the end of this step; so a prompt that is too
 * long to be read at once counts, piece by piece, as if it ended there. A step of one token behind others is a generated one.
 */
export type PromptMask = 'all' | 'last-half' | 'none'

/**
 * float32 [batch, seq]: 1 for tokens that are masked, else 0. Null: all are, and the graph is the same. Throws `incompatible` for
 * `none` in an encoder, which generates nothing.
 */
export function maskedTokens(
  graph: Graph,
  prefix: string,
  prompt: PromptMask,
): { readonly graph: Graph; readonly value: Value | null } {
  if (prompt === 'all') return { graph, value: null }
  if (prompt === 'none') requireGeneration(graph)
  const positions = siteValue(graph, 'hook_positions')
  return addValue(graph, prefix, (builder) => {
    const isMasked = prompt === 'none' ? isGenerated : isInLastHalf
    return builder.cast(isMasked(builder, positions), 'float32')
  })
}

function requireGeneration(graph: Graph): void {
  if (regionsOf(graph, 'attention').every(({ parameters }) => parameters['seesAhead'] !== 1)) return
  throw new ActbenchError({
    code: 'incompatible',
    message:
      'prefill none: this model reads whole texts and generates nothing, so no token would be masked.',
    remedy: 'Choose all tokens, or the last half.',
  })
}

/** T = p_max + 1, and p >= ceil(T / 2) is 2 p > p_max in integers; it holds for every p > 0 that comes alone. */
function isInLastHalf(builder: GraphBuilder, positions: Value): Value {
  const exact = builder.cast(positions, 'float32')
  const last = builder.reduceMax(exact, [1], true)
  return builder.greater(builder.mul(exact, builder.float32(2)), last)
}

function isGenerated(builder: GraphBuilder, positions: Value): Value {
  const isAlone = builder.equal(builder.shapeOf(positions, 1, 2), builder.int64([1]))
  return builder.and(isAlone, builder.greater(positions, builder.int64Scalar(0)))
}
