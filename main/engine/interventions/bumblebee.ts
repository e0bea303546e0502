/** BumbleBee: GELU and SiLU by piecewise polynomials, the exponential by (1 + x/2^n)^(2^n); norms and divisions stay exact. */
import { z } from 'zod'
import { findPolynomial, geluPolynomials, siluPolynomials } from './approximations/activations.ts'
import { powerExponential } from './approximations/exponential.ts'
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
  activation: z.boolean().default(true).describe('Replace GELU, or SiLU as in the released code'),
  gelu: z
    .enum(['code', 'paper'])
    .default('code')
    .describe(
      'GELU as released (quartic, breakpoints at 3) or as in the paper (cubic and degree 6, breakpoints at -5, -1.97 and 3)',
    ),
  ...softmaxParam,
  expSquarings: z
    .number()
    .int()
    .min(4)
    .max(8)
    .default(6)
    .describe('n of (1 + x/2^n)^(2^n): more squarings are closer to the exponential'),
  expClip: z
    .number()
    .int()
    .min(-14)
    .max(-13)
    .default(-14)
    .describe(
      'Scores this far below the largest of their row count as 0: -14 in the code, -13 in the paper',
    ),
  ...replacementParams,
})
type Params = z.infer<typeof params>

export const bumblebee: Intervention<Params> = {
  id: 'bumblebee',
  title: 'BumbleBee (polynomials, power exponential)',
  summary: 'Evaluates activation and softmax by the polynomials and the power of BumbleBee.',
  category: 'activation-approximation',
  paper: {
    authors: 'Lu, Huang, Gu, Li, Liu, Hong, Ren, Wei, Chen',
    year: 2025,
    title: 'BumbleBee: Secure Two-party Inference Framework for Large Transformers',
    link: 'https://eprint.iacr.org/2023/1678',
  },
  params,
  ...replacing(functions),
}

const silu = polynomial(findPolynomial(siluPolynomials, 'bumblebee'))

function functions(chosen: Params): FunctionChoice[] {
  const gelu = polynomial(findPolynomial(geluPolynomials, `bumblebee-${chosen.gelu}`))
  const power = { squarings: chosen.expSquarings, clip: chosen.expClip }
  const softmax: Approximation = (builder, [x]) =>
    softmaxWith(builder, x, { exponential: (m, value) => powerExponential(m, value, power) })
  return [
    ...(chosen.activation ? [activationChoice({ gelu, silu })] : []),
    ...(chosen.softmax ? [softmaxChoice(softmax)] : []),
  ]
}
