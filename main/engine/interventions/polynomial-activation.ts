/**
 * Replaces SiLU and GELU by published piecewise polynomials, as private inference does: f(x) becomes
 * f(x) + strength * (p(x) - f(x)). Polynomials run in Horner form and float32 even in half-precision models, where x^12
 * would overflow from |x| = 2.52. A segment's argument is clamped to its own range first, so that a value far outside
 * cannot overflow in a branch that is not chosen.
 */
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import type { GraphBuilder } from '../graph/builder.ts'
import type { RegionKind, Value } from '../graph/ir.ts'
import { addInput, regionsOf, replaceFunction } from '../graph/rewrite.ts'
import type { PiecewisePolynomial, Segment } from './piecewise.ts'
import { geluPolynomials, siluPolynomials } from './polynomial-functions.ts'
import { type Applied, type ApplyRequest, type Intervention, scalarInput } from './types.ts'

const params = z.object({
  silu: z
    .enum(['exact', 'spu', 'bumblebee', 'fit-quartic', 'fit-degree-12'])
    .default('spu')
    .describe('Polynomial in place of SiLU'),
  gelu: z
    .enum(['exact', 'puma', 'bumblebee-paper', 'bumblebee-code', 'bolt', 'nexus'])
    .default('bolt')
    .describe('Polynomial in place of GELU'),
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the approximation error that is applied; 1 is the published form'),
})
type Params = z.infer<typeof params>

export const polynomialActivation: Intervention<Params> = {
  id: 'polynomial-activation',
  title: 'Polynomial activation function',
  summary:
    'Replaces SiLU or GELU by the piecewise polynomials that private-inference systems evaluate.',
  category: 'activation-approximation',
  paper: {
    authors: 'Pang, Zhu, Möllering, Zheng, Schneider',
    year: 2024,
    title: 'BOLT: Privacy-Preserving, Accurate and Efficient Inference for Transformers',
    link: 'https://eprint.iacr.org/2023/1893',
  },
  params,
  strengthParam: 'strength',
  observedSites: null,
  apply,
}

function apply(request: ApplyRequest<Params>): Applied {
  const { params: chosen, prefix } = request
  const name = `${prefix}.strength`
  const declared = addInput(request.graph, { name, dtype: 'float32', shape: [] })
  const choices: readonly [RegionKind, PiecewisePolynomial | null][] = [
    ['silu', find(siluPolynomials, chosen.silu)],
    ['gelu', find(geluPolynomials, chosen.gelu)],
    ['gelu-tanh', find(geluPolynomials, chosen.gelu)],
  ]
  const changed: string[] = []
  let graph = declared.graph
  for (const [kind, polynomial] of choices) {
    if (polynomial === null) continue
    changed.push(...regionsOf(graph, kind).map((region) => region.name))
    graph = replaceFunction(graph, kind, (builder, [x], region) =>
      approximate(builder, {
        x,
        exact: builder.cast(region.outputs[0], 'float32'),
        strength: declared.value,
        polynomial,
      }),
    )
  }
  if (changed.length === 0) throw nothingToReplace()
  return {
    graph,
    changed,
    inputs: new Map([[name, scalarInput(chosen.strength)]]),
    inputsAtZero: new Map([[name, scalarInput(0)]]),
  }
}

function nothingToReplace(): ActbenchError {
  return new ActbenchError({
    code: 'incompatible',
    message: 'This model uses neither SiLU nor GELU where a polynomial was chosen.',
    remedy: 'Choose a polynomial for the activation function that the model has.',
  })
}

function find(list: readonly PiecewisePolynomial[], id: string): PiecewisePolynomial | null {
  return list.find((polynomial) => polynomial.id === id) ?? null
}

interface Approximation {
  readonly x: Value
  readonly exact: Value
  readonly strength: Value
  readonly polynomial: PiecewisePolynomial
}

function approximate(
  builder: GraphBuilder,
  { x, exact, strength, polynomial }: Approximation,
): Value {
  const error = builder.sub(piecewise(builder, x, polynomial), exact)
  return builder.add(exact, builder.mul(strength, error))
}

/** The polynomial at x, chosen from the last segment down to the first. */
function piecewise(builder: GraphBuilder, x: Value, { segments }: PiecewisePolynomial): Value {
  const lowerEnds = [-Infinity, ...segments.map(({ to }) => to)]
  const values = segments.map((segment, index) =>
    segmentValue(builder, x, { segment, from: lowerEnds[index] }),
  )
  return segments.slice(0, -1).reduceRight(
    (above, segment, index) => {
      const end = builder.float32(segment.to)
      const isBelow = segment.includesEnd ? builder.lessOrEqual(x, end) : builder.less(x, end)
      return builder.where(isBelow, values[index], above)
    },
    values[values.length - 1],
  )
}

function segmentValue(
  builder: GraphBuilder,
  x: Value,
  { segment, from }: { segment: Segment; from: number },
): Value {
  const { coefficients } = segment
  if (coefficients.length === 1) return builder.float32(coefficients[0])
  if (coefficients.length === 2 && coefficients[0] === 0 && coefficients[1] === 1) return x
  const clamped = builder.clip(x, limit(builder, from), limit(builder, segment.to))
  const isEven = segment.isEvenPlusHalf === true
  const value = horner(builder, isEven ? builder.abs(clamped) : clamped, coefficients)
  return isEven ? builder.add(value, builder.mul(clamped, builder.float32(0.5))) : value
}

function limit(builder: GraphBuilder, end: number): Value | null {
  return Number.isFinite(end) ? builder.float32(end) : null
}

function horner(builder: GraphBuilder, t: Value, coefficients: readonly number[]): Value {
  const descending = [...coefficients].reverse()
  return descending.slice(1).reduce((value, coefficient) => {
    const product = builder.mul(value, t)
    return coefficient === 0 ? product : builder.add(product, builder.float32(coefficient))
  }, builder.float32(descending[0]))
}
