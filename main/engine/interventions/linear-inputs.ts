/** The four tensors of a block that its linear products read: where quantisation and sparsification act. */
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import type { Graph } from '../graph/ir.ts'
import { siteBlock } from '../graph/sites.ts'

/** q, k and v read one tensor, gate and up another, so they share one site each. */
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
  fromLayer: z.number().int().min(0).default(0).describe('First layer it acts on, counted from 0'),
  toLayer: z
    .number()
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('Last layer it acts on; empty means the last one of the model'),
}

export interface LinearInputChoice {
  readonly inputs: readonly LinearInput[]
  readonly fromLayer: number
  readonly toLayer: number | null
}

/** Names of the chosen sites in this graph, by layer and then in the order of a block. Throws `incompatible` when there is none. */
export function linearInputSites(graph: Graph, choice: LinearInputChoice): string[] {
  const sites = [...graph.sites.keys()].filter((name) => isChosen(name, choice))
  if (sites.length === 0) {
    throw new ActbenchError({
      code: 'incompatible',
      message: `No site matches: inputs ${choice.inputs.join(', ')} of layers ${choice.fromLayer} to ${choice.toLayer ?? 'last'}.`,
      remedy: 'Choose layers that the model has, and at least one kind of input.',
    })
  }
  return sites
}

function isChosen(name: string, choice: LinearInputChoice): boolean {
  const layer = siteBlock(name)
  if (layer === null || layer < choice.fromLayer) return false
  if (choice.toLayer !== null && layer > choice.toLayer) return false
  return choice.inputs.some((input) => name === `blocks.${layer}.${siteOf[input]}`)
}
