/** Choosing the next token inside the graph. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { subgraph } from '../graph/subgraph.ts'

export interface SamplingInputs {
  /** bool []: false is greedy. */
  readonly isSampled: Value
  /** float32 [] above 0 */
  readonly temperature: Value
  /** int64 [1]: how many of the largest logits stay in play (the vocabulary's size for all). */
  readonly topK: Value
  /** float32 [] in (0, 1] */
  readonly topP: Value
}

export interface Choice {
  /** int64 [rows], by the sampling rule. */
  readonly token: Value
  /** int64 [rows], the most probable. */
  readonly best: Value
  /** float32 [rows], difference of the two largest logits. */
  readonly gap: Value
}

/** logits float32 [rows, vocab], uniform float32 [rows, 1] in [0, 1). Only the branch in use costs anything. */
export function chooseToken(
  builder: GraphBuilder,
  logits: Value,
  options: SamplingInputs & { readonly uniform: Value },
): Choice {
  const [values, indices] = builder.topK(logits, 2)
  const column = (x: Value, start: number) =>
    builder.squeeze(builder.slice(x, { axis: 1, start, end: start + 1 }), [1])
  const best = column(indices, 0)
  const gap = builder.sub(column(values, 0), column(values, 1))
  const branches = {
    then: subgraph(builder, 'sampled', (b) => b.output(drawToken(b, logits, options))),
    else: subgraph(builder, 'greedy', (b) => b.output(b.identity(best))),
  }
  const [token] = builder.ifElse(options.isSampled, branches)
  return { token, best, gap }
}

/**
 * Temperature, then the K largest, then the smallest set of those whose probability reaches topP (Holtzman et al. 2020,
 * sec. 3.1), in the order in which transformers applies its warpers; drawn by inverting the cumulative distribution.
 */
function drawToken(
  b: GraphBuilder,
  logits: Value,
  options: SamplingInputs & { readonly uniform: Value },
): Value {
  const scaled = b.div(logits, options.temperature)
  const [values, indices] = b.topK(scaled, options.topK)
  const probabilities = b.softmax(values, -1)
  const before = b.cumSum(probabilities, 1, true)
  const isKept = b.less(before, options.topP)
  const kept = b.where(isKept, probabilities, b.float32(0))
  const reached = b.cumSum(kept, 1, false)
  const target = b.mul(options.uniform, b.reduceSum(kept, [1], true))
  const passed = b.reduceSum(b.cast(b.lessOrEqual(reached, target), 'int64'), [1], true)
  const lastKept = b.sub(b.reduceSum(b.cast(isKept, 'int64'), [1], true), b.int64Scalar(1))
  return b.squeeze(b.gatherElements(indices, b.min(passed, lastKept), 1), [1])
}
