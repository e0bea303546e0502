/**
 * Iron evaluates GELU, the exponential and 1/sqrt by look-up protocols in fixed point and reports no loss of accuracy. Here
 * argument and result are rounded to its grid. SiLU is ours in the same manner. The norm is off by default: Iron was not made
 * for the range that mean squares have in language models. With 12 fractional bits they are one or two steps in the first layer
 * of Qwen2.5-0.5B, and the 1/sqrt of a massive activation (mean square 9e5 in SmolLM2-135M) is four.
 */
import { z } from 'zod'
import { onGraph } from './approximations/arithmetic.ts'
import {
  fixedExponential,
  fixedGelu,
  fixedInverseSquareRoot,
  fixedSilu,
} from './approximations/fixed-point.ts'
import { normWith, softmaxWith } from './approximations/row-functions.ts'
import {
  activationChoice,
  type Approximation,
  type FunctionChoice,
  normChoice,
  replacementParams,
  replacing,
  softmaxChoice,
  softmaxParam,
} from './function-replacement.ts'
import type { Intervention } from './types.ts'

const params = z.object({
  fractionBits: z
    .number()
    .int()
    .min(4)
    .max(20)
    .default(12)
    .describe('Bits after the point of the 37-bit numbers; 12 as released'),
  activation: z.boolean().default(true).describe('Replace GELU or SiLU'),
  ...softmaxParam,
  norm: z
    .boolean()
    .default(false)
    .describe('Replace 1/sqrt of the norms; variances below one step count as one step'),
  ...replacementParams,
})
type Params = z.infer<typeof params>

export const iron: Intervention<Params> = {
  id: 'iron',
  title: 'Iron (fixed point)',
  summary: 'Evaluates activation, softmax and norms in the fixed-point numbers of Iron.',
  category: 'activation-approximation',
  paper: {
    authors: 'Hao, Li, Chen, Xing, Xu, Zhang',
    year: 2022,
    title: 'Iron: Private Inference on Transformers',
    link: 'https://openreview.net/forum?id=deyqjpcTfsG',
  },
  params,
  ...replacing(functions),
}

function functions(chosen: Params): FunctionChoice[] {
  const bits = chosen.fractionBits
  const gelu: Approximation = (builder, [x]) => fixedGelu(onGraph(builder), x, bits)
  const silu: Approximation = (builder, [x]) => fixedSilu(onGraph(builder), x, bits)
  const softmax: Approximation = (builder, [x]) =>
    softmaxWith(builder, x, { exponential: (m, value) => fixedExponential(m, value, bits) })
  const norm: Approximation = (builder, inputs, region) =>
    normWith(builder, { inputs, region }, (m, v) => fixedInverseSquareRoot(m, v, bits))
  return [
    ...(chosen.activation ? [activationChoice({ gelu, silu })] : []),
    ...(chosen.softmax ? [softmaxChoice(softmax)] : []),
    ...(chosen.norm ? [normChoice(norm)] : []),
  ]
}
