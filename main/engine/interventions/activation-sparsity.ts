/**
 * Activation sparsification by magnitude: S_t(x) = x where |x| > t, else 0, with a threshold per site such that a share p
 * of the calibration values falls at or below it. TEAL, Liu et al., ICLR 2025 (arXiv 2408.14690).
 * Uniform allocation: the same p at every chosen site. TEAL's seven masks fall together to four here, because products
 * that read the same tensor get the same threshold under uniform allocation. Deviation: all tokens of the prompt are
 * sparsified, where the release leaves its first half dense (its authors call masking 99 % of it the better choice).
 */
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import { thresholdAt } from '../stats/magnitude-quantiles.ts'
import type { Graph } from '../graph/ir.ts'
import { replaceAtSites } from '../graph/rewrite.ts'
import { linearInputParams, linearInputSites } from './linear-inputs.ts'
import {
  type Applied,
  type ApplyRequest,
  type InputTensor,
  type Intervention,
  scalarInput,
} from './types.ts'

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
  observedSites: linearInputSites,
  apply,
}

function apply(request: ApplyRequest<Params>): Applied {
  const { params: chosen, prefix, fitted } = request
  const sites = linearInputSites(request.graph, chosen)
  const inputs = new Map<string, InputTensor>()
  const inputsAtZero = new Map<string, InputTensor>()
  for (const site of sites) {
    const table = fitted?.get(site)
    if (table === undefined) {
      throw new ActbenchError({
        code: 'internal',
        message: `${prefix}: no calibration statistics for ${site}`,
      })
    }
    const name = thresholdName(prefix, site)
    inputs.set(name, scalarInput(thresholdAt(table[chosen.thresholdRule], chosen.sparsity)))
    // Strict comparison: at t = 0 only exact zeros are dropped, so nothing changes.
    inputsAtZero.set(name, scalarInput(0))
  }
  return { graph: sparsify(request.graph, sites, prefix), changed: sites, inputs, inputsAtZero }
}

function sparsify(graph: Graph, sites: readonly string[], prefix: string): Graph {
  return replaceAtSites(graph, sites, (builder, x, site) => {
    const threshold = builder.input(thresholdName(prefix, site), 'float32', [])
    return builder.where(builder.greater(builder.abs(x), threshold), x, builder.float32(0))
  })
}

function thresholdName(prefix: string, site: string): string {
  return `${prefix}.threshold.${site}`
}
