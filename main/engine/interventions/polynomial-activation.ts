/**
 * Replaces SiLU and GELU by any one of the published piecewise polynomials of private inference, and nothing else. Polynomials
 * run in Horner form and float32 even in half-precision models, where x^12 would overflow from |x| = 2.52.
 */
import { z } from 'zod'
import { findPolynomial, geluPolynomials, siluPolynomials } from './approximations/activations.ts'
import { polynomial } from './approximations/polynomial.ts'
import { type FunctionChoice, replacementParams, replacing } from './function-replacement.ts'
import type { Intervention } from './types.ts'

const params = z.object({
  silu: z
    .enum(['exact', 'spu', 'bumblebee', 'fit-quartic', 'fit-degree-12'])
    .default('spu')
    .describe('Polynomial in place of SiLU'),
  gelu: z
    .enum(['exact', 'puma', 'bumblebee-paper', 'bumblebee-code', 'bolt', 'nexus'])
    .default('bolt')
    .describe('Polynomial in place of GELU'),
  ...replacementParams,
})
type Params = z.infer<typeof params>

export const polynomialActivation: Intervention<Params> = {
  id: 'polynomial-activation',
  title: 'Polynomial activation function',
  summary:
    'Replaces SiLU or GELU by one of the piecewise polynomials that private-inference systems evaluate.',
  category: 'activation-approximation',
  paper: {
    authors: 'Dong, Lu, Zheng, Wu, Zhao, Tan, Huang, Hong, Wei, Chen',
    year: 2023,
    title: 'PUMA: Secure Inference of LLaMA-7B in Five Minutes',
    link: 'https://arxiv.org/abs/2307.12533',
  },
  params,
  ...replacing((chosen: Params) => [activation(chosen)]),
}

function activation({ silu, gelu }: Params): FunctionChoice {
  const geluBy = gelu === 'exact' ? null : polynomial(findPolynomial(geluPolynomials, gelu))
  return {
    name: 'SiLU or GELU where a polynomial is chosen',
    approximations: {
      ...(silu === 'exact' ? {} : { silu: polynomial(findPolynomial(siluPolynomials, silu)) }),
      ...(geluBy === null ? {} : { gelu: geluBy, 'gelu-tanh': geluBy }),
    },
  }
}
