/**
 * NEXUS evaluates everything under homomorphic encryption: GELU of degree 12, (1 + x/128)^128 for the exponential, iterations for
 * 1/x and 1/sqrt. Ours: SiLU by a fit of the same shape; the row maximum is taken off before the exponential, where NEXUS expects
 * inputs scaled beforehand; division and 1/sqrt stay exact unless they are chosen, since their domains (row sums near 1 are
 * shrunk by 72 %, mean squares below 1 by more than 7 %) do not fit language models as they are.
 */
import { z } from 'zod'
import { findPolynomial, geluPolynomials, siluPolynomials } from './approximations/activations.ts'
import { onGraph } from './approximations/arithmetic.ts'
import { powerExponential } from './approximations/exponential.ts'
import {
  nexusInverseSquareRoot,
  nexusSoftGelu,
  nexusSumReciprocal,
} from './approximations/nexus-circuits.ts'
import { polynomial } from './approximations/polynomial.ts'
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
  activation: z
    .boolean()
    .default(true)
    .describe(
      'Replace GELU by the published polynomial, SiLU by our own minimax fit of the same shape',
    ),
  gelu: z
    .enum(['hard', 'soft'])
    .default('hard')
    .describe(
      'hard: exact comparisons. soft: the sign polynomials of the circuit, arguments held within |x| <= 5',
    ),
  ...softmaxParam,
  reciprocal: z
    .enum(['exact', 'nexus'])
    .default('exact')
    .describe(
      'Division by the sum of a softmax row; nexus shrinks rows whose sum is near 1 by up to 72 %',
    ),
  norm: z.boolean().default(false).describe('Replace 1/sqrt of the norms'),
  rsqrtPrescale: z
    .boolean()
    .default(true)
    .describe('Bring mean squares into the domain of 1/sqrt by a power of 4 first'),
  ...replacementParams,
})
type Params = z.infer<typeof params>

export const nexus: Intervention<Params> = {
  id: 'nexus',
  title: 'NEXUS (degree-12 activation, power exponential)',
  summary:
    'Evaluates activation and softmax, and if chosen division and norms, by the circuits of NEXUS.',
  category: 'activation-approximation',
  paper: {
    authors: 'Zhang, Yang, He, Chen, Lu, Wang, Hou, Liu, Ren, Yang',
    year: 2025,
    title: 'Secure Transformer Inference Made Non-interactive',
    link: 'https://eprint.iacr.org/2024/136',
  },
  params,
  ...replacing(functions),
}

const power = { squarings: 7, clip: null }
const hardGelu = polynomial(findPolynomial(geluPolynomials, 'nexus'))
const softGelu: Approximation = (builder, [x]) => nexusSoftGelu(onGraph(builder), x)
const silu = polynomial(findPolynomial(siluPolynomials, 'fit-degree-12'))

function functions(chosen: Params): FunctionChoice[] {
  const gelu = chosen.gelu === 'soft' ? softGelu : hardGelu
  const softmax: Approximation = (builder, [x]) =>
    softmaxWith(builder, x, {
      exponential: (m, value) => powerExponential(m, value, power),
      ...(chosen.reciprocal === 'nexus' ? { reciprocal: nexusSumReciprocal } : {}),
    })
  const norm: Approximation = (builder, inputs, region) =>
    normWith(builder, { inputs, region }, (m, v) =>
      nexusInverseSquareRoot(m, v, chosen.rsqrtPrescale),
    )
  return [
    ...(chosen.activation ? [activationChoice({ gelu, silu })] : []),
    ...(chosen.softmax ? [softmaxChoice(softmax)] : []),
    ...(chosen.norm ? [normChoice(norm)] : []),
  ]
}
