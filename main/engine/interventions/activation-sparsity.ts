/**
 * Activation sparsification by magnitude: S_t(x) = x where |x| > t, else 0, with a threshold per site such that a share p
 * of the calibration values falls at or below it. TEAL, Liu et al., ICLR 2025 (arXiv 2408.14690).
 * Uniform allocation, or another p by layer (`strengthByLayer`): TEAL's greedy allocation within a block is not computed here. Its
 * seven masks fall together to four, because products that read the same tensor get the same threshold. By default all tokens of
 * the prompt are masked too, where the release leaves its first half dense (its authors call masking 99 % of it the better choice).
 */
import { z } from 'zod'
import type { Graph } from '../graph/ir.ts'
import type { Coverage } from './layers.ts'
import { linearInputParams, linearInputSites } from './linear-inputs.ts'
import { maskSites } from './masked-sites.ts'
import { maskedTokens } from './masked-tokens.ts'
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
  prefill: z
    .enum(['all', 'last-half', 'none'])
    .default('all')
    .describe(
      'Tokens of the prompt (or of a scored text) that are masked: all, the last half as released, or none; generated ones always are',
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
  const { params: chosen, covers, prefix } = request
  const sites = linearInputSites(request.graph, chosen, covers)
  const { graph, tokensOf } = maskedTokens(request.graph, prefix, chosen.prefill)
  return maskSites(request, { graph, sites, rule: chosen.thresholdRule, tokensOf })
}
