/** The four tensors of a block that its linear products read: where quantisation and sparsification act. */
import { z } from 'zod'
import type { Graph } from '../graph/ir.ts'
import { type Coverage, coveredLayers, type LayerChoice, layerParams } from './layers.ts'
import type { LayerSite } from './site-inputs.ts'

/** q, k and v read one tensor, gate and up another, so they share one site each. In the order of a block. */
const siteOf = {
  qkv: 'ln1.hook_normalized',
  o: 'attn.hook_z',
  'gate-up': 'ln2.hook_normalized',
  down: 'mlp.hook_post',
} as const

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
  return coveredLayers(graph, choice, covers).flatMap((layer) =>
    inputs.map((input) => ({ site: `blocks.${layer}.${siteOf[input]}`, layer, input })),
  )
}
