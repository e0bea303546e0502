/**
 * Dynamic symmetric fake quantisation of activations, one scale a token:
 *   qmax = 2^(bits-1) - 1,  s = max(max_j |x_j|, 1e-5) / qmax,  x^ = s * round_half_even(x / s)
 * as the activation quantiser of SmoothQuant (Xiao et al., ICML 2023), without its smoothing; weights stay as they are
 * ("W16A8", "W16A4"). `strength` blends: x + strength * (x^ - x), so 0 is the untouched model and 1 the published form.
 */
import { z } from 'zod'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { replaceAtSites } from '../graph/rewrite.ts'
import { strengthOn } from './layers.ts'
import { linearInputParams, linearInputSites } from './linear-inputs.ts'
import { chosenSites, scalarInputs, siteInputName } from './site-inputs.ts'
import type { Applied, ApplyRequest, Intervention } from './types.ts'

/** Floor of the largest magnitude, as released: a zero vector must not divide by zero. */
const smallestMagnitude = 1e-5

const params = z.object({
  bits: z
    .number()
    .int()
    .min(2)
    .max(8)
    .default(8)
    .describe('Bits of each activation value, sign included'),
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the quantisation error that is applied; 1 is the published form'),
  ...linearInputParams,
})
type Params = z.infer<typeof params>

export const activationQuantisation: Intervention<Params> = {
  id: 'activation-quantisation',
  title: 'Activation quantisation, per token',
  summary: 'Rounds the inputs of the linear products to few bits, with one scale for each token.',
  category: 'activation-quantisation',
  paper: {
    authors: 'Xiao, Lin, Seznec, Wu, Demouth, Han',
    year: 2023,
    title:
      'SmoothQuant: Accurate and Efficient Post-Training Quantization for Large Language Models',
    link: 'https://arxiv.org/abs/2211.10438',
  },
  params,
  strengthParam: 'strength',
  observes: null,
  apply,
}

function apply(request: ApplyRequest<Params>): Applied {
  const { params: chosen, prefix } = request
  const sites = linearInputSites(request.graph, chosen, request.covers)
  const nameOf = (site: string) => siteInputName(prefix, 'strength', site)
  const graph = replaceAtSites(
    request.graph,
    sites.map(({ site }) => site),
    (builder, x, site) => {
      const strength = builder.input(nameOf(site), 'float32', [])
      return blend(builder, { x, changed: quantise(builder, x, chosen.bits), strength })
    },
  )
  const strengths = scalarInputs(sites, nameOf, ({ layer }) =>
    strengthOn(layer, chosen, chosen.strength),
  )
  return { graph, changed: chosenSites(sites, chosen), ...strengths }
}

/** Fake-quantised x [batch, seq, ...width], float32; the token's scale spans everything behind `seq`. */
function quantise(builder: GraphBuilder, x: Value, bits: number): Value {
  const widthAxes = x.shape.slice(2).map((_, index) => index + 2)
  const largest = builder.reduceMax(builder.abs(x), widthAxes, true)
  const floored = builder.max(largest, builder.float32(smallestMagnitude))
  const scale = builder.div(floored, builder.float32(2 ** (bits - 1) - 1))
  return builder.mul(builder.round(builder.div(x, scale)), scale)
}

function blend(
  builder: GraphBuilder,
  values: { x: Value; changed: Value; strength: Value },
): Value {
  const error = builder.sub(values.changed, values.x)
  return builder.add(values.x, builder.mul(values.strength, error))
}
