/** Quantisation at sites, with or without smoothing: what the quantising interventions share. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { addInput, replaceAtSites } from '../graph/rewrite.ts'
import { type LayerChoice, strengthOn } from './layers.ts'
import { type LinearInputChoice, type LinearInputSite, linearInputSites } from './linear-inputs.ts'
import {
  blend,
  type Granularity,
  symmetricByTensor,
  symmetricByToken,
  symmetricLevels,
  tensorMagnitude,
} from './quantisers.ts'
import {
  chosenSites,
  type LayerSite,
  scalarInputs,
  siteInputName,
  statisticOf,
} from './site-inputs.ts'
import { smoothed } from './smoothing.ts'
import { type Applied, type ApplyRequest, type InputTensor, scalarInput } from './types.ts'

/** Scales, in the order of all channels of a token, by which a site is divided before and multiplied after; null leaves it as it is. */
export type ScalesOf<Site extends LayerSite> = (site: Site) => Float32Array | null

export interface SiteQuantiser<Site extends LayerSite> {
  readonly sites: readonly Site[]
  /** Value of the input `levels`. */
  readonly levels: number
  readonly scalesOf: ScalesOf<Site>
  /** x^ of x, which is smoothed already. `input` declares an input of the site that holds this value. */
  readonly quantise: (
    builder: GraphBuilder,
    x: Value,
    at: { site: Site; levels: Value; input: (what: string, value: InputTensor) => Value },
  ) => Value
}

type Request = Pick<
  ApplyRequest<LayerChoice & { readonly strength: number }>,
  'graph' | 'params' | 'prefix'
>

/** Inputs: `levels` once, and for each site `strength`, `smoothing` where it has scales, and what the quantiser declares. */
export function quantiseSites<Site extends LayerSite>(
  { graph: before, params, prefix }: Request,
  { sites, levels, scalesOf, quantise }: SiteQuantiser<Site>,
): Applied {
  const names = sites.map(({ site }) => site)
  const levelsName = `${prefix}.levels`
  const strengthName = (site: string) => siteInputName(prefix, 'strength', site)
  const fixed = new Map<string, InputTensor>([[levelsName, scalarInput(levels)]])
  const declared = addInput(before, { name: levelsName, dtype: 'float32', shape: [] })
  const graph = replaceAtSites(declared.graph, names, (builder, x, name) => {
    const site = sites[names.indexOf(name)]
    const input = (what: string, value: InputTensor) => {
      const inputName = siteInputName(prefix, what, name)
      fixed.set(inputName, value)
      return builder.input(inputName, value.dtype, value.shape)
    }
    const change = (value: Value) =>
      quantise(builder, value, { site, levels: declared.value, input })
    const data = scalesOf(site)
    const scales =
      data === null ? null : input('smoothing', { dtype: 'float32', shape: tokenShape(x), data })
    const changed = scales === null ? change(x) : smoothed(builder, { x, scales }, change)
    return blend(builder, {
      x,
      changed,
      strength: builder.input(strengthName(name), 'float32', []),
    })
  })
  const strengths = scalarInputs(sites, strengthName, ({ layer }) =>
    strengthOn(layer, params, params.strength),
  )
  return {
    graph,
    changed: chosenSites(sites, params),
    inputs: new Map([...fixed, ...strengths.inputs]),
    inputsAtZero: new Map([...fixed, ...strengths.inputsAtZero]),
  }
}

/** Extents behind [batch, seq]: [width], or [heads, dHead]. */
function tokenShape(x: Value): readonly number[] {
  return x.shape.slice(2).map(Number)
}

export interface SymmetricParams extends LinearInputChoice {
  readonly bits: number
  readonly granularity: Granularity
  readonly strength: number
}

/** Symmetric quantisation of the chosen linear inputs. */
export function quantiseLinearInputs(
  request: ApplyRequest<SymmetricParams>,
  scalesOf: ScalesOf<LinearInputSite>,
): Applied {
  const { graph, params, covers, fitted } = request
  return quantiseSites(request, {
    sites: linearInputSites(graph, params, covers),
    levels: symmetricLevels(params.bits),
    scalesOf,
    quantise(builder, x, { site, levels, input }) {
      if (params.granularity === 'token') return symmetricByToken(builder, x, levels)
      const maxima = divide(statisticOf(fitted, site.site, 'channelMaxima'), scalesOf(site))
      const magnitude = input('magnitude', scalarInput(tensorMagnitude(maxima)))
      return symmetricByTensor(builder, x, { levels, magnitude })
    },
  })
}

function divide(maxima: readonly number[], scales: Float32Array | null): readonly number[] {
  return scales === null ? maxima : maxima.map((value, channel) => value / scales[channel])
}
