/**
 * CATS, Lee et al., COLM 2024 (arXiv 2404.08763): the output a of the activation is masked before the product with the up branch,
 * h = S_t(a) * up, with one threshold a layer, the p-quantile of |a| on calibration text. A masked a_i makes column i of the up
 * product and of the down product needless. Threshold by order statistic (magnitude-quantiles.ts); the release reads it from a
 * histogram with bins of 0.0001 over [-2, 2]. Without a gate (encoders) the same mask is on what the down product reads.
 */
import { z } from 'zod'
import type { Graph } from '../graph/ir.ts'
import { type Coverage, coveredLayers, layerParams, sitesInLayer } from './layers.ts'
import { maskSites } from './masked-sites.ts'
import type { LayerSite } from './site-inputs.ts'
import type { Applied, ApplyRequest, Intervention, SiteRequest } from './types.ts'

const params = z.object({
  sparsity: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.5)
    .describe('Share of the activation values set to zero, as measured on the calibration text'),
  ...layerParams,
})
type Params = z.infer<typeof params>

export const cats: Intervention<Params> = {
  id: 'cats',
  title: 'CATS',
  summary: 'Sets small outputs of the activation function to zero before they gate the MLP.',
  category: 'activation-sparsity',
  paper: {
    authors: 'Lee, Lee, Zhang, Tiwari, Mirhoseini',
    year: 2024,
    title: 'CATS: Contextually-Aware Thresholding for Sparsity in Large Language Models',
    link: 'https://arxiv.org/abs/2404.08763',
  },
  params,
  strengthParam: 'sparsity',
  observes,
  apply,
}

function sitesOf(graph: Graph, chosen: Params, covers: Coverage): readonly LayerSite[] {
  return coveredLayers(graph, chosen, covers).flatMap((layer) =>
    sitesInLayer(graph, layer, 'mlp.hook_act').map((site) => ({ site, layer })),
  )
}

function observes(graph: Graph, chosen: Params, covers: Coverage): readonly SiteRequest[] {
  return sitesOf(graph, chosen, covers).map(({ site }) => ({
    site,
    statistic: 'magnitude-quantiles',
  }))
}

function apply(request: ApplyRequest<Params>): Applied {
  const { graph, params: chosen, covers } = request
  const sites = sitesOf(graph, chosen, covers)
  return maskSites(request, { graph, sites, rule: 'absolute', tokensOf: null })
}
