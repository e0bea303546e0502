/** BOLT: GELU by a quartic, tanh by a quintic, the exponential by a quadratic and shifts; norms and divisions stay exact. */
import { z } from 'zod'
import { findPolynomial, geluPolynomials, siluPolynomials } from './approximations/activations.ts'
import { onGraph } from './approximations/arithmetic.ts'
import { boltTanh } from './approximations/bolt-tanh.ts'
import { boltExponential } from './approximations/exponential.ts'
import { polynomial } from './approximations/polynomial.ts'
import { softmaxWith } from './approximations/row-functions.ts'
import {
  activationChoice,
  type Approximation,
  type FunctionChoice,
  replacementParams,
  replacing,
  softmaxChoice,
  softmaxParam,
} from './function-replacement.ts'
import type { Intervention } from './types.ts'

const params = z.object({
  activation: z
    .boolean()
    .default(true)
    .describe(
      'Replace GELU by the published quartic, SiLU by our own minimax fit of the same shape',
    ),
  ...softmaxParam,
  tanh: z
    .boolean()
    .default(true)
    .describe('Replace tanh where the model has one outside its activation function'),
  ...replacementParams,
})
type Params = z.infer<typeof params>

export const bolt: Intervention<Params> = {
  id: 'bolt',
  title: 'BOLT (quartic activation)',
  summary: 'Evaluates activation, softmax and tanh by the low-degree polynomials of BOLT.',
  category: 'activation-approximation',
  paper: {
    authors: 'Pang, Zhu, Möllering, Zheng, Schneider',
    year: 2024,
    title: 'BOLT: Privacy-Preserving, Accurate and Efficient Inference for Transformers',
    link: 'https://eprint.iacr.org/2023/1893',
  },
  params,
  ...replacing(functions),
}

const gelu = polynomial(findPolynomial(geluPolynomials, 'bolt'))
const silu = polynomial(findPolynomial(siluPolynomials, 'fit-quartic'))
const softmax: Approximation = (builder, [x]) =>
  softmaxWith(builder, x, { exponential: boltExponential })
const tanh: Approximation = (builder, [x]) => boltTanh(onGraph(builder), x)

function functions(chosen: Params): FunctionChoice[] {
  return [
    ...(chosen.activation ? [activationChoice({ gelu, silu })] : []),
    ...(chosen.softmax ? [softmaxChoice(softmax)] : []),
    ...(chosen.tanh ? [{ name: 'tanh', approximations: { tanh }, isOptional: true }] : []),
  ]
}
