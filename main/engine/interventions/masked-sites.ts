/** Masking by magnitude at sites: what the sparsifying interventions share. S_t(x) = x where |x| > t, else 0. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/ir.ts'
import { replaceAtSites } from '../graph/rewrite.ts'
import { thresholdAt } from '../stats/magnitude-quantiles.ts'
import { type LayerChoice, strengthOn } from './layers.ts'
import {
  chosenSites,
  type LayerSite,
  scalarInputs,
  siteInputName,
  statisticOf,
} from './site-inputs.ts'
import type { TokensOf } from './masked-tokens.ts'
import type { Applied, ApplyRequest } from './types.ts'

interface MaskedParams extends LayerChoice {
  /** Share of the calibration values that fall at or below the threshold. */
  readonly sparsity: number
}

export interface SiteMask {
  readonly graph: Graph
  readonly sites: readonly LayerSite[]
  readonly rule: 'absolute' | 'symmetric'
  /** Null masks all tokens. */
  readonly tokensOf: TokensOf | null
}

/** One threshold for each site, as a graph input; at zero only exact zeros are dropped, so nothing changes. */
export function maskSites(
  { params, prefix, fitted }: Pick<ApplyRequest<MaskedParams>, 'params' | 'prefix' | 'fitted'>,
  { graph: before, sites, rule, tokensOf }: SiteMask,
): Applied {
  const nameOf = (site: string) => siteInputName(prefix, 'threshold', site)
  const graph = replaceAtSites(
    before,
    sites.map(({ site }) => site),
    (builder, x, site) => {
      const threshold = builder.input(nameOf(site), 'float32', [])
      const own =
        tokensOf === null ? threshold : spread(builder, x, builder.mul(tokensOf(site), threshold))
      return builder.where(builder.greater(builder.abs(x), own), x, builder.float32(0))
    },
  )
  const thresholds = scalarInputs(sites, nameOf, ({ site, layer }) => {
    const sparsity = strengthOn(layer, params, params.sparsity)
    if (sparsity === 0) return 0
    return thresholdAt(statisticOf(fitted, site, 'quantiles')[rule], sparsity)
  })
  return { graph, changed: chosenSites(sites, params), ...thresholds }
}

/** [batch, seq] -> [batch, seq, 1, ...] with the rank of x. */
function spread(builder: GraphBuilder, x: Value, byToken: Value): Value {
  return builder.unsqueeze(
    byToken,
    x.shape.slice(2).map((_, index) => index + 2),
  )
}
