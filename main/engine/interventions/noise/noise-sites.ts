/** Where noise can be added, in the words of the study that it serves. */
import type { Graph } from '../../graph/ir.ts'
import {
  coveredLayers,
  type Coverage,
  type LayerChoice,
  layerCount,
  optionalSitesInLayer,
  sitesInLayer,
} from '../layers.ts'
import type { LayerSite } from '../site-inputs.ts'
import { type NoiseCode, siteCodes } from './keyed-noise.ts'

export const noiseTargets = ['up', 'down', 'act', 'norm-all', 'qkv', 'o'] as const
export type NoiseTarget = (typeof noiseTargets)[number]

export interface NoiseSite extends LayerSite {
  /** Layer and site as they enter the key of the random numbers. */
  readonly keyLayer: number
  readonly code: number
}

/** Sites of one block, in the order of the computation, with the targets that reach them. */
const blockSites: readonly {
  readonly name: string
  readonly targets: readonly NoiseTarget[]
  /** By the first of `targets` that is chosen. */
  readonly codes: readonly NoiseCode[]
  /** Only decoders that read a source have it. */
  readonly isOptional?: boolean
}[] = [
  { name: 'ln1.hook_normalized', targets: ['norm-all', 'qkv'], codes: ['norm-input', 'qkv'] },
  { name: 'attn.hook_z', targets: ['o'], codes: ['o'] },
  {
    name: 'ln_cross.hook_normalized',
    targets: ['norm-all', 'qkv'],
    codes: ['cross-input', 'cross-qkv'],
    isOptional: true,
  },
  { name: 'cross_attn.hook_z', targets: ['o'], codes: ['cross-o'], isOptional: true },
  { name: 'ln2.hook_normalized', targets: ['norm-all', 'up'], codes: ['up', 'up'] },
  { name: 'mlp.hook_act', targets: ['act'], codes: ['act'] },
  { name: 'mlp.hook_post', targets: ['down'], codes: ['down'] },
]

/** An encoder in front of a decoder has layers of its own in the keys: the same layer of both must not get the same noise. */
const encoderKeys = 1 << 16

/**
 * Sites that get nodes. `norm-all` takes every norm's output, the final norm's with the last layer; it includes `up`, and `qkv` on
 * the same tensor gives way to it. The final norm of an encoder in front of a decoder is an input of attention products too.
 */
export function noiseSites(
  graph: Graph,
  choice: LayerChoice & { readonly sites: readonly NoiseTarget[] },
  covers: Coverage,
): readonly NoiseSite[] {
  const chosen = blockSites.flatMap(({ name, targets, codes, isOptional }) => {
    const first = targets.findIndex((target) => choice.sites.includes(target))
    const find = isOptional === true ? optionalSitesInLayer : sitesInLayer
    return first < 0 ? [] : [{ name, code: siteCodes[codes[first]], find }]
  })
  const layers = coveredLayers(graph, choice, covers)
  const inBlocks = layers.flatMap((layer) =>
    chosen.flatMap(({ name, code, find }) =>
      find(graph, layer, name).map((site): NoiseSite => ({
        site,
        layer,
        keyLayer: keyLayer(site, layer),
        code,
      })),
    ),
  )
  const count = layerCount(graph)
  if (!layers.includes(count - 1)) return inBlocks
  return [...inBlocks, ...finalNorms(graph, choice.sites, count)]
}

function finalNorms(
  graph: Graph,
  targets: readonly NoiseTarget[],
  count: number,
): readonly NoiseSite[] {
  const isAll = targets.includes('norm-all')
  const names = [
    ...(isAll || targets.includes('qkv') ? ['encoder.ln_final.hook_normalized'] : []),
    ...(isAll ? ['ln_final.hook_normalized'] : []),
  ]
  return names
    .filter((site) => !site.startsWith('encoder.') || graph.sites.has(site))
    .map((site) => ({
      site,
      layer: count - 1,
      keyLayer: keyLayer(site, count),
      code: siteCodes['norm-final'],
    }))
}

function keyLayer(site: string, layer: number): number {
  return site.startsWith('encoder.') ? encoderKeys + layer : layer
}
