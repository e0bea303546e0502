/**
 * OmniQuant (Shao et al., ICLR 2024) with weights as they are: asymmetric quantisation of the linear inputs by token, and of q, k (after
 * the rotation) and v by token and head; attention probabilities stay exact. Weight clipping has no part in it.
 *
 * Without a file of scales this is where the method starts, before it trains anything: the learnable equivalent transformation at
 * its initial value s = A^alpha / B^(1 - alpha) on what follows a norm (smoothing.ts), and none elsewhere. Results are not those of the
 * trained method. With a file (trained-scales/) the scales that were learned block by block are used there and between q and k.
 * Deviations of the start from the release: B is the largest magnitude over all products that read the input, where the release takes
 * the largest signed weight of q and of up alone; the scale between v and the attention output is left out, as the release leaves it
 * out for grouped heads. A file may have one. lab/omniquant/README.md says how training deviates.
 */
import { z } from 'zod'
import type { Graph } from '../graph/ir.ts'
import { type Coverage, coveredLayers, optionalSitesInLayer, sitesInLayer } from './layers.ts'
import { linearInputParams, linearInputSites } from './linear-inputs.ts'
import { quantiseSites } from './quantised-sites.ts'
import { asymmetric, quantiserParams, tokenAxes } from './quantisers.ts'
import type { LayerSite } from './site-inputs.ts'
import { fittedScales, isSmoothed, smoothingRequests } from './smoothing.ts'
import type { Applied, ApplyRequest, Intervention, SiteRequest } from './types.ts'

/** Smallest scale, as released (models/transformation.py). */
const floor = 1e-2

const params = z.object({
  ...quantiserParams,
  alpha: z
    .number()
    .min(0.3)
    .max(0.95)
    .default(0.5)
    .describe('Share of the outliers that moves into the weights at the start of the method'),
  attention: z
    .boolean()
    .default(true)
    .describe('Quantise q, k and v too, by token and head, where qkv is among the inputs'),
  scales: z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .describe(
      'File of scales trained for this model and these bits: its path, its sha256, or the name of one that ships. Empty means the start of the method, untrained',
    ),
  ...linearInputParams,
})
type Params = z.infer<typeof params>

export const omniquant: Intervention<Params> = {
  id: 'omniquant',
  title: 'OmniQuant',
  summary:
    'Rounds activations to few bits between their minimum and maximum: smoothed as the method starts out, or by scales that it has learned for this model.',
  category: 'activation-quantisation',
  paper: {
    authors: 'Shao, Chen, Zhang, Xu, Zhao, Li, Zhang, Gao, Qiao, Luo',
    year: 2024,
    title: 'OmniQuant: Omnidirectionally Calibrated Quantization for Large Language Models',
    link: 'https://arxiv.org/abs/2308.13137',
  },
  params,
  laterParams: ['scales'],
  strengthParam: 'strength',
  observes,
  trainedScales: ({ scales, bits }) => (scales === null ? null : { sha256: scales, bits }),
  apply,
}

function observes(graph: Graph, chosen: Params, covers: Coverage): readonly SiteRequest[] {
  if (chosen.scales !== null) return []
  return linearInputSites(graph, chosen, covers).flatMap(({ site, input }) =>
    isSmoothed(input) ? smoothingRequests(site) : [],
  )
}

interface QuantisedSite extends LayerSite {
  readonly isSmoothed: boolean
  /** One scale for each head instead of one for the token. */
  readonly isByHead: boolean
}

function sitesOf(graph: Graph, chosen: Params, covers: Coverage): readonly QuantisedSite[] {
  const inputs = linearInputSites(graph, chosen, covers).map(({ site, layer, input }) => ({
    site,
    layer,
    isSmoothed: isSmoothed(input),
    isByHead: false,
  }))
  // Who takes the kinds of input apart, as a map does, must find the attention's share in one of them.
  if (!chosen.attention || !chosen.inputs.includes('qkv')) return inputs
  const heads = coveredLayers(graph, chosen, covers).flatMap((layer) =>
    ['hook_rot_q', 'hook_rot_k', 'hook_v']
      .flatMap((name) => [
        ...sitesInLayer(graph, layer, `attn.${name}`),
        ...optionalSitesInLayer(graph, layer, `cross_attn.${name}`),
      ])
      .map((site) => ({ site, layer, isSmoothed: false, isByHead: true })),
  )
  return [...inputs, ...heads]
}

function apply(request: ApplyRequest<Params>): Applied {
  const { graph, params: chosen, covers, fitted } = request
  return quantiseSites(request, {
    sites: sitesOf(graph, chosen, covers),
    levels: 2 ** chosen.bits - 1,
    scalesOf: ({ site, isSmoothed: hasStart }) => {
      if (chosen.scales !== null) return fitted?.get(site)?.trainedScales ?? null
      return hasStart ? fittedScales(fitted, site, { alpha: chosen.alpha, floor }) : null
    },
    quantise: (builder, x, { site, levels }) =>
      asymmetric(builder, x, { levels, axes: site.isByHead ? [-1] : tokenAxes(x) }),
  })
}
