/**
 * Activation sparsification by magnitude: S_t(x) = x where |x| > t, else 0, with a threshold per site such that a share p
 * of the calibration values falls at or below it. TEAL, Liu et al., ICLR 2025 (arXiv 2408.14690).
 * Uniform allocation, another p by layer (`strengthByLayer`), or within each block TEAL's greedy one (calibration/greedy-allocation.ts).
 * Its seven masks fall together to four, because products that read the same tensor get the same threshold: the greedy allocation
 * too chooses among four. By default all tokens of the prompt are masked too, where the release leaves its first half dense (its
 * authors call masking 99 % of it the better choice).
 */
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import type { Graph } from '../graph/ir.ts'
import type { Coverage } from './layers.ts'
import { linearInputParams, linearInputSites } from './linear-inputs.ts'
import { maskSites } from './masked-sites.ts'
import { maskedTokens } from './masked-tokens.ts'
import { statisticOf } from './site-inputs.ts'
import {
  type Applied,
  type ApplyRequest,
  type Intervention,
  mostBlockSparsity,
  type SiteRequest,
} from './types.ts'

const fields = z.object({
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
  allocation: z
    .enum(['uniform', 'greedy'])
    .default('uniform')
    .describe(
      'uniform: the same share at all inputs. greedy: within a block, shares that keep its output closest; up to 0.9, and the first fit runs every block about a thousand times (minutes)',
    ),
  prefill: z
    .enum(['all', 'last-half', 'none'])
    .default('all')
    .describe(
      'Tokens of the prompt (or of a scored text) that are masked: all, the last half as released, or none; generated ones always are',
    ),
  ...linearInputParams,
})
/** Refused before the first fit takes its minutes. */
const params = fields.superRefine(({ allocation, sparsity, strengthByLayer }, context) => {
  if (allocation !== 'greedy') return
  const refuse = (path: string[], found: number): void => {
    if (found <= mostBlockSparsity) return
    context.addIssue({ code: 'custom', path, message: beyondGreedy(found) })
  }
  refuse(['sparsity'], sparsity)
  for (const [layer, found] of Object.entries(strengthByLayer)) {
    refuse(['strengthByLayer', layer], found)
  }
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
  laterParams: ['allocation'],
  strengthParam: 'sparsity',
  observes,
  apply,
}

function observes(graph: Graph, chosen: Params, covers: Coverage): readonly SiteRequest[] {
  const isGreedy = chosen.allocation === 'greedy'
  return linearInputSites(graph, chosen, covers).flatMap(({ site }): SiteRequest[] => [
    { site, statistic: 'magnitude-quantiles' },
    ...(isGreedy ? [{ site, statistic: `block-sparsities-${chosen.thresholdRule}` } as const] : []),
  ])
}

function apply(request: ApplyRequest<Params>): Applied {
  const { params: chosen, covers, prefix } = request
  const sites = linearInputSites(request.graph, chosen, covers)
  const { graph, tokensOf } = maskedTokens(request.graph, prefix, chosen.prefill)
  const sparsityAt =
    chosen.allocation === 'greedy'
      ? (site: string, ofBlock: number) => allocated(request, site, ofBlock)
      : undefined
  return maskSites(request, { graph, sites, rule: chosen.thresholdRule, tokensOf, sparsityAt })
}

function beyondGreedy(found: number): string {
  return `expected at most ${mostBlockSparsity} with the greedy allocation, found ${found}`
}

/** That of the nearest row of the path. Throws `incompatible` beyond its end. */
function allocated({ fitted }: ApplyRequest<Params>, site: string, ofBlock: number): number {
  const table = statisticOf(fitted, site, 'blockSparsities')
  const at = Math.round(ofBlock * 100)
  if (at < table.length) return table[at]
  throw new ActbenchError({
    code: 'incompatible',
    message: `sparsity: ${beyondGreedy(ofBlock)}.`,
    remedy: 'Choose a smaller sparsity, or the uniform allocation.',
  })
}
