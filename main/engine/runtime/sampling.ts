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

/** Sorting a whole vocabulary is slow; a nucleus seldom needs more than this many of its largest entries. */
const fewCandidates = 1024

/**
 * Temperature, then the K largest, then the smallest set of those whose probability reaches topP (Holtzman et al. 2020,
 * sec. 3.1), in the order in which transformers applies its warpers; drawn by inverting the cumulative distribution.
 * Three ways to the same distribution: a few sorted candidates where they hold the nucleus of every row, the vocabulary
 * in its own order where nothing is filtered, and all K sorted otherwise.
 */
function drawToken(
  b: GraphBuilder,
  logits: Value,
  options: SamplingInputs & { readonly uniform: Value },
): Value {
  const { topK, topP, uniform } = options
  const vocab = Number(logits.shape[1])
  const scaled = b.div(logits, options.temperature)
  const isUnlimited = b.greaterOrEqual(topK, b.int64([vocab]))
  const count = b.min(topK, b.int64([Math.min(vocab, fewCandidates)]))
  const [values, indices] = b.topK(scaled, count)
  const total = b.where(
    isUnlimited,
    b.reduceLogSumExp(scaled, [-1], true),
    b.reduceLogSumExp(values, [-1], true),
  )
  const probabilities = b.exp(b.sub(values, total))
  const reached = b.reduceMin(b.reduceSum(probabilities, [-1], false), [0], false)
  const holdsTopK = b.lessOrEqual(topK, count)
  const holdsNucleus = b.and(
    isUnlimited,
    b.and(b.less(topP, b.float32(1)), b.lessOrEqual(topP, reached)),
  )
  const isEnough = b.squeeze(b.or(holdsTopK, holdsNucleus), [0])
  const isPlain = b.squeeze(b.and(isUnlimited, b.lessOrEqual(b.float32(1), topP)), [0])
  const sorted = (inner: GraphBuilder): Value => {
    const [all, ids] = inner.topK(scaled, topK)
    const position = invert(inner, inner.softmax(all, -1), { topP, uniform })
    return inner.gatherElements(ids, position, 1)
  }
  const [token] = b.ifElse(isEnough, {
    then: subgraph(b, 'few', (inner) =>
      inner.output(
        inner.gatherElements(indices, invert(inner, probabilities, { topP, uniform }), 1),
      ),
    ),
    else: subgraph(b, 'many', (inner) => {
      const [drawn] = inner.ifElse(isPlain, {
        then: subgraph(inner, 'plain', (plain) =>
          plain.output(invert(plain, plain.softmax(scaled, -1), { topP, uniform })),
        ),
        else: subgraph(inner, 'sorted', (all) => all.output(sorted(all))),
      })
      inner.output(drawn)
    }),
  })
  return b.squeeze(token, [1])
}

/** Position drawn from each row of probabilities [rows, n], of which those before topP is reached are kept: [rows, 1]. */
function invert(
  b: GraphBuilder,
  probabilities: Value,
  options: { readonly topP: Value; readonly uniform: Value },
): Value {
  const before = b.cumSum(probabilities, 1, true)
  const isKept = b.or(b.less(before, options.topP), b.lessOrEqual(b.float32(1), options.topP))
  const kept = b.where(isKept, probabilities, b.float32(0))
  const reached = b.cumSum(kept, 1, false)
  const target = b.mul(options.uniform, b.reduceSum(kept, [1], true))
  const passed = b.reduceSum(b.cast(b.lessOrEqual(reached, target), 'int64'), [1], true)
  const lastKept = b.sub(b.reduceSum(b.cast(isKept, 'int64'), [1], true), b.int64Scalar(1))
  return b.min(passed, lastKept)
}
