/** Where noise can be added, in the words of the study that it serves. */
import type { Graph } from '../../graph/ir.ts'
import { coveredLayers, type Coverage, type LayerChoice, layerCount } from '../layers.ts'
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
}[] = [
  { name: 'ln1.hook_normalized', targets: ['norm-all', 'qkv'], codes: ['norm-input', 'qkv'] },
  { name: 'attn.hook_z', targets: ['o'], codes: ['o'] },
  { name: 'ln2.hook_normalized', targets: ['norm-all', 'up'], codes: ['up', 'up'] },
  { name: 'mlp.hook_act', targets: ['act'], codes: ['act'] },
  { name: 'mlp.hook_post', targets: ['down'], codes: ['down'] },
]

/**
 * Sites that get nodes. `norm-all` takes every norm's output, the final norm's with the last layer; it includes `up`, and `qkv` on
 * the same tensor gives way to it.
 */
export function noiseSites(
  graph: Graph,
  choice: LayerChoice & { readonly sites: readonly NoiseTarget[] },
  covers: Coverage,
): readonly NoiseSite[] {
  const chosen = blockSites.flatMap(({ name, targets, codes }) => {
    const first = targets.findIndex((target) => choice.sites.includes(target))
    return first < 0 ? [] : [{ name, code: siteCodes[codes[first]] }]
  })
  const layers = coveredLayers(graph, choice, covers)
  const inBlocks = layers.flatMap((layer) =>
    chosen.map(({ name, code }): NoiseSite => ({
      site: `blocks.${layer}.${name}`,
      layer,
      keyLayer: layer,
      code,
    })),
  )
  const count = layerCount(graph)
  if (!choice.sites.includes('norm-all') || !layers.includes(count - 1)) return inBlocks
  const final: NoiseSite = {
    site: 'ln_final.hook_normalized',
    layer: count - 1,
    keyLayer: count,
    code: siteCodes['norm-final'],
  }
  return [...inBlocks, final]
}
