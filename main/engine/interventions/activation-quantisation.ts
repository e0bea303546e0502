/**
 * Symmetric fake quantisation of activations: the activation quantiser of SmoothQuant (Xiao et al., ICML 2023) without its
 * smoothing. Weights stay as they are ("W16A8", "W16A4"). Formulas: quantisers.ts.
 */
import { z } from 'zod'
import type { Graph } from '../graph/ir.ts'
import type { Coverage } from './layers.ts'
import { linearInputParams, linearInputSites } from './linear-inputs.ts'
import { quantiseLinearInputs } from './quantised-sites.ts'
import { granularityParam, quantiserParams, smoothquantPaper } from './quantisers.ts'
import type { Intervention, SiteRequest } from './types.ts'

const params = z.object({ ...quantiserParams, ...granularityParam, ...linearInputParams })
type Params = z.infer<typeof params>

export const activationQuantisation: Intervention<Params> = {
  id: 'activation-quantisation',
  title: 'Activation quantisation',
  summary:
    'Rounds the inputs of the linear products to few bits, with one scale for each token or for all.',
  category: 'activation-quantisation',
  paper: smoothquantPaper,
  params,
  strengthParam: 'strength',
  observes,
  apply: (request) => quantiseLinearInputs(request, () => null),
}

function observes(graph: Graph, chosen: Params, covers: Coverage): readonly SiteRequest[] {
  if (chosen.granularity === 'token') return []
  return linearInputSites(graph, chosen, covers).map(({ site }) => ({
    site,
    statistic: 'channel-maxima',
  }))
}
