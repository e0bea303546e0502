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
  /** Of a site, where its block is to have this one; absent: the same. */
  readonly sparsityAt?: ((site: string, ofBlock: number) => number) | undefined
}

/** One threshold for each site, as a graph input; at zero only exact zeros are dropped, so nothing changes. */
export function maskSites(
  { params, prefix, fitted }: Pick<ApplyRequest<MaskedParams>, 'params' | 'prefix' | 'fitted'>,
  { graph: before, sites, rule, tokensOf, sparsityAt }: SiteMask,
): Applied {
  const names = sites.map(({ site }) => site)
  const graph = maskGraph({ graph: before, prefix, sites: names, tokensOf })
  const nameOf = (site: string) => thresholdInput(prefix, site)
  const thresholds = scalarInputs(sites, nameOf, ({ site, layer }) => {
    const strength = strengthOn(layer, params, params.sparsity)
    const sparsity = sparsityAt === undefined ? strength : sparsityAt(site, strength)
    if (sparsity === 0) return 0
    return thresholdAt(statisticOf(fitted, site, 'quantiles')[rule], sparsity)
  })
  return { graph, changed: chosenSites(sites, params), ...thresholds }
}

/** Name of the input that holds the threshold of a site. */
export function thresholdInput(prefix: string, site: string): string {
  return siteInputName(prefix, 'threshold', site)
}

/** The graph with a mask at each site, whose threshold is an input. */
export function maskGraph(request: {
  readonly graph: Graph
  readonly prefix: string
  readonly sites: readonly string[]
  readonly tokensOf: TokensOf | null
}): Graph {
  const { graph, prefix, sites, tokensOf } = request
  return replaceAtSites(graph, sites, (builder, x, site) => {
    const threshold = builder.input(thresholdInput(prefix, site), 'float32', [])
    const own =
      tokensOf === null ? threshold : spread(builder, x, builder.mul(tokensOf(site), threshold))
    return builder.where(builder.greater(builder.abs(x), own), x, builder.float32(0))
  })
}

/** [batch, seq] -> [batch, seq, 1, ...] with the rank of x. */
function spread(builder: GraphBuilder, x: Value, byToken: Value): Value {
  return builder.unsqueeze(
    byToken,
    x.shape.slice(2).map((_, index) => index + 2),
  )
}
