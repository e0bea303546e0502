/** What turns logits into log-probabilities, exact enough to be added up over the tokens of a text. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'

/**
 * ln of the sum of exp over each row of [rows, vocab], as [rows, 1]. Not LogSoftmax: ONNX Runtime's sum on a CPU loses small terms of a
 * large vocabulary, and with 49,152 tokens every log-probability came out 8e-6 nats too high. Sums of sums keep it below 1e-6.
 */
export function logSumExp(builder: GraphBuilder, logits: Value): Value {
  const vocab = Number(logits.shape[1])
  const part = partLength(vocab)
  const largest = builder.reduceMax(logits, [1], true)
  const terms = builder.exp(builder.sub(logits, largest))
  const parts = builder.reduceSum(builder.reshape(terms, [-1, vocab / part, part]), [2], false)
  return builder.add(builder.log(builder.reduceSum(parts, [1], true)), largest)
}

/** The largest divisor of `length` up to its square root: sums of sums then have few terms each. */
function partLength(length: number): number {
  for (let part = Math.floor(Math.sqrt(length)); part > 1; part--) {
    if (length % part === 0) return part
  }
  return 1
}
