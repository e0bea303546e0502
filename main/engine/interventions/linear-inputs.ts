/**
 * The four tensors of a block that its linear products read: where quantisation and sparsification act. A text-to-text model has them
 * in both stacks, and those of a decoder's second attention count as qkv and o too.
 */
import { z } from 'zod'
import type { Graph } from '../graph/ir.ts'
import {
  type Coverage,
  coveredLayers,
  type LayerChoice,
  layerCount,
  layerParams,
  optionalSitesInLayer,
  sitesInLayer,
} from './layers.ts'
import type { LayerSite } from './site-inputs.ts'

/** q, k and v read one tensor, gate and up another, so they share one site each. In the order of a block. */
const siteOf = {
  qkv: 'ln1.hook_normalized',
  o: 'attn.hook_z',
  'gate-up': 'ln2.hook_normalized',
  down: 'mlp.hook_post',
} as const

/** Of the attention to the source, in the same order. */
const crossSiteOf = { qkv: 'ln_cross.hook_normalized', o: 'cross_attn.hook_z' } as const

/** What k and v of the attention to the source read in all blocks: it goes with the last layer. */
const sourceStates = 'encoder.ln_final.hook_normalized'

export type LinearInput = keyof typeof siteOf
const allInputs: LinearInput[] = ['qkv', 'o', 'gate-up', 'down']

/** Parameters that choose where an intervention on linear inputs acts. */
export const linearInputParams = {
  inputs: z
    .array(z.enum(['qkv', 'o', 'gate-up', 'down']))
    .min(1)
    .default(allInputs)
    .describe(
      'Inputs of which linear products: attention (qkv), attention output (o), MLP (gate-up), MLP output (down)',
    ),
  ...layerParams,
}

export interface LinearInputChoice extends LayerChoice {
  readonly inputs: readonly LinearInput[]
}

export interface LinearInputSite extends LayerSite {
  readonly input: LinearInput
}

/** The sites that get nodes, by layer and then in the order of a block. Throws `incompatible` as `coveredLayers` does. */
export function linearInputSites(
  graph: Graph,
  choice: LinearInputChoice,
  covers: Coverage,
): readonly LinearInputSite[] {
  const inputs = allInputs.filter((input) => choice.inputs.includes(input))
  const last = layerCount(graph) - 1
  return coveredLayers(graph, choice, covers).flatMap((layer) =>
    inputs.flatMap((input) =>
      sitesOf(graph, input, { layer, last }).map((site) => ({ site, layer, input })),
    ),
  )
}

function sitesOf(
  graph: Graph,
  input: LinearInput,
  { layer, last }: { readonly layer: number; readonly last: number },
): readonly string[] {
  const own = sitesInLayer(graph, layer, siteOf[input])
  if (input !== 'qkv' && input !== 'o') return own
  const cross = optionalSitesInLayer(graph, layer, crossSiteOf[input])
  const hasSource = input === 'qkv' && layer === last && graph.sites.has(sourceStates)
  return [...own, ...(hasSource ? [sourceStates] : []), ...cross]
}
