/**
 * Activation sparsification by magnitude: S_t(x) = x where |x| > t, else 0, with a threshold per site such that a share p
 * of the calibration values falls at or below it. TEAL, Liu et al., ICLR 2025 (arXiv 2408.14690).
 * Uniform allocation: the same p at every chosen site. TEAL's seven masks fall together to four here, because products
 * that read the same tensor get the same threshold under uniform allocation. Deviation: all tokens of the prompt are
 * sparsified, where the release leaves its first half dense (its authors call masking 99 % of it the better choice).
 */
import { z } from 'zod'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/ir.ts'
import { replaceAtSites } from '../graph/rewrite.ts'
import { thresholdAt } from '../stats/magnitude-quantiles.ts'
import { type Coverage, strengthOn } from './layers.ts'
import { linearInputParams, linearInputSites } from './linear-inputs.ts'
import { chosenSites, scalarInputs, siteInputName, statisticOf } from './site-inputs.ts'
import type { Applied, ApplyRequest, Intervention, SiteRequest } from './types.ts'

const params = z.object({
  sparsity: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.5)
    .describe('Share of each activation vector set to zero, as measured on the calibration text'),
  thresholdRule: z
    .enum(['absolute', 'symmetric'])
    .default('absolute')
    .describe(
      'absolute: quantile of |x|. symmetric: the released rule, a signed quantile that assumes zero-mean symmetry',
    ),
  ...linearInputParams,
})
type Params = z.infer<typeof params>

export const activationSparsity: Intervention<Params> = {
  id: 'activation-sparsity',
  title: 'Activation sparsity (TEAL)',
  summary: 'Sets activations of small magnitude to zero before the linear products read them.',
  category: 'activation-sparsity',
  paper: {
    authors: 'Liu, Ponnusamy, Cai, Guo, Kim, Athiwaratkun',
    year: 2025,
    title: 'Training-Free Activation Sparsity in Large Language Models',
    link: 'https://arxiv.org/abs/2408.14690',
  },
  params,
  strengthParam: 'sparsity',
  observes,
  apply,
}

function observes(graph: Graph, chosen: Params, covers: Coverage): readonly SiteRequest[] {
  return linearInputSites(graph, chosen, covers).map(({ site }) => ({
    site,
    statistic: 'magnitude-quantiles',
  }))
}

function apply(request: ApplyRequest<Params>): Applied {
  const { params: chosen, prefix, fitted } = request
  const sites = linearInputSites(request.graph, chosen, request.covers)
  const nameOf = (site: string) => siteInputName(prefix, 'threshold', site)
  const graph = replaceAtSites(
    request.graph,
    sites.map(({ site }) => site),
    (builder, x, site) => mask(builder, x, builder.input(nameOf(site), 'float32', [])),
  )
  // Strict comparison: at t = 0 only exact zeros are dropped, so nothing changes.
  const thresholds = scalarInputs(sites, nameOf, ({ site, layer }) => {
    const sparsity = strengthOn(layer, chosen, chosen.sparsity)
    if (sparsity === 0) return 0
    return thresholdAt(statisticOf(fitted, site, 'quantiles')[chosen.thresholdRule], sparsity)
  })
  return { graph, changed: chosenSites(sites, chosen), ...thresholds }
}

function mask(builder: GraphBuilder, x: Value, threshold: Value): Value {
  return builder.where(builder.greater(builder.abs(x), threshold), x, builder.float32(0))
}
