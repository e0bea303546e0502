import type { GraphBuilder } from '../../graph/builder.ts'
import type { Value } from '../../graph/ir.ts'
import { onGraph } from './arithmetic.ts'
import { piecewise, type PiecewisePolynomial } from './piecewise.ts'

/** The polynomial as an approximation of a function of one input, whatever the shape. */
export function polynomial(
  form: PiecewisePolynomial,
): (builder: GraphBuilder, inputs: readonly Value[]) => Value {
  return (builder, [x]) => piecewise(onGraph(builder), form, x)
}
