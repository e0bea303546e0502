/**
 * SmoothQuant on activations (Xiao et al., ICML 2023; "W16A8", "W16A4"): the inputs of q, k, v and of gate, up are quantised after
 * division by the smoothing scales of smoothing.ts, the inputs of the attention output and of the MLP output as they are.
 * Alpha: the release uses 0.85 for Llama-2-7B and Llama-3, 0.8 for Mistral, 0.5 by default. One scale a tensor is static here
 * (SmoothQuant-O3), for the reason that quantisers.ts gives.
 */
import { z } from 'zod'
import type { Graph } from '../graph/ir.ts'
import type { Coverage } from './layers.ts'
import { linearInputParams, linearInputSites } from './linear-inputs.ts'
import { quantiseLinearInputs } from './quantised-sites.ts'
import { granularityParam, quantiserParams, smoothquantPaper } from './quantisers.ts'
import { fittedScales, isSmoothed, smoothingRequests } from './smoothing.ts'
import type { Applied, ApplyRequest, Intervention, SiteRequest } from './types.ts'

/** Smallest scale, as released (smooth.py). */
const floor = 1e-5

const params = z.object({
  ...quantiserParams,
  ...granularityParam,
  alpha: z
    .number()
    .min(0.3)
    .max(0.95)
    .default(0.85)
    .describe('Share of the outliers that moves into the weights; 0.5 splits evenly'),
  ...linearInputParams,
})
type Params = z.infer<typeof params>

export const smoothquant: Intervention<Params> = {
  id: 'smoothquant',
  title: 'SmoothQuant',
  summary:
    'Rounds the inputs of the linear products to few bits after evening out their channels against the weights.',
  category: 'activation-quantisation',
  paper: smoothquantPaper,
  params,
  strengthParam: 'strength',
  observes,
  apply,
}

function observes(graph: Graph, chosen: Params, covers: Coverage): readonly SiteRequest[] {
  return linearInputSites(graph, chosen, covers).flatMap(
    ({ site, input }): readonly SiteRequest[] => {
      if (isSmoothed(input)) return smoothingRequests(site)
      return chosen.granularity === 'tensor' ? [{ site, statistic: 'channel-maxima' }] : []
    },
  )
}

function apply(request: ApplyRequest<Params>): Applied {
  const { fitted, params: chosen } = request
  return quantiseLinearInputs(request, ({ site, input }) =>
    isSmoothed(input) ? fittedScales(fitted, site, { alpha: chosen.alpha, floor }) : null,
  )
}
