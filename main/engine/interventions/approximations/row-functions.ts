/** Softmax and normalisation with an approximated function inside: sums and differences stay exact. */
import type { GraphBuilder } from '../../graph/builder.ts'
import type { Region, Value } from '../../graph/ir.ts'
import { type Arithmetic, onGraph } from './arithmetic.ts'

export type GraphFunction = (m: Arithmetic<Value>, x: Value) => Value

/**
 * Softmax over the last axis of x [..., total]: exp(x - max) over its sum, with `exponential` in place of exp and, where given,
 * `reciprocal` in place of the division. Large negative scores of masked positions need a finite exponential.
 */
export function softmaxWith(
  builder: GraphBuilder,
  x: Value,
  functions: { readonly exponential: GraphFunction; readonly reciprocal?: GraphFunction },
): Value {
  const m = onGraph(builder)
  const axes = [x.shape.length - 1]
  const powers = functions.exponential(m, m.sub(x, builder.reduceMax(x, axes, true)))
  const sum = builder.reduceSum(powers, axes, true)
  const { reciprocal } = functions
  return reciprocal === undefined ? m.div(powers, sum) : m.mul(powers, reciprocal(m, sum))
}

/**
 * The norm of a region over its last axis with `inverseSquareRoot` in place of 1 / sqrt; inputs [x, scale] of an RMS norm,
 * [x, scale, bias] of a layer norm, float32.
 */
export function normWith(
  builder: GraphBuilder,
  { inputs, region }: { inputs: readonly Value[]; region: Region },
  inverseSquareRoot: GraphFunction,
): Value {
  const m = onGraph(builder)
  const [x, scale] = inputs
  const axes = [x.shape.length - 1]
  const isCentred = region.kind === 'layer-norm'
  const centred = isCentred ? m.sub(x, builder.reduceMean(x, axes, true)) : x
  const meanSquare = builder.reduceMean(m.mul(centred, centred), axes, true)
  const factor = inverseSquareRoot(m, m.add(meanSquare, region.parameters['epsilon']))
  const scaled = m.mul(m.mul(centred, factor), scale)
  return inputs.length > 2 ? m.add(scaled, inputs[2]) : scaled
}
