/**
 * On which layers an intervention acts, and how strongly on each: the same parameters for all of them, so that a layer map,
 * the exclusion of sensitive layers and budgets by layer need nothing from the single intervention.
 */
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import type { Json } from '#contract/json'
import type { Graph } from '../graph/ir.ts'
import { siteBlock } from '../graph/sites.ts'

export const layerParams = {
  fromLayer: z.number().int().min(0).default(0).describe('First layer it acts on, counted from 0'),
  toLayer: z
    .number()
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('Last layer it acts on; empty means the last one of the model'),
  exceptLayers: z
    .array(z.number().int().min(0))
    .default([])
    .describe('Layers within that range that stay as they are'),
  strengthByLayer: z
    .record(z.string().regex(/^\d+$/u, 'expected the number of a layer'), z.number())
    .default({})
    .describe('Another strength for single layers, by their number: a budget for each layer'),
}

export interface LayerChoice {
  readonly fromLayer: number
  readonly toLayer: number | null
  readonly exceptLayers: readonly number[]
  readonly strengthByLayer: Readonly<Record<string, number>>
}

/**
 * `chosen`: nodes only where the intervention acts. `every-layer`: nodes on all layers with strength zero on the others, so that
 * the configurations of a layer map have one graph and share one session.
 */
export type Coverage = 'chosen' | 'every-layer'

export function isChosenLayer(layer: number, choice: LayerChoice): boolean {
  const { fromLayer, toLayer, exceptLayers } = choice
  if (layer < fromLayer || exceptLayers.includes(layer)) return false
  return toLayer === null || layer <= toLayer
}

/** A single layer is nearly always one of a map. */
export function coverageOf(choice: Partial<LayerChoice>): Coverage {
  return choice.toLayer !== undefined && choice.toLayer === choice.fromLayer
    ? 'every-layer'
    : 'chosen'
}

/** Strength on this layer: zero where the layer is not chosen, its own where it has one. */
export function strengthOn(layer: number, choice: LayerChoice, strength: number): number {
  if (!isChosenLayer(layer, choice)) return 0
  return choice.strengthByLayer[String(layer)] ?? strength
}

/** Some layer keeps a strength of its own, so that a strength of zero is not the untouched model. */
export function hasStrengthByLayer({ strengthByLayer }: Readonly<Record<string, Json>>): boolean {
  if (typeof strengthByLayer !== 'object' || strengthByLayer === null) return false
  return Object.values(strengthByLayer).some((strength) => strength !== 0)
}

/**
 * The sites of this name in a layer: one, or in a text-to-text model that of the encoder's block and then that of the decoder's. What
 * is asked for in one stack only is there alone; a name that occurs in neither is left to the rewrite, which refuses it.
 */
export function sitesInLayer(graph: Graph, layer: number, name: string): readonly string[] {
  const own = `blocks.${layer}.${name}`
  const found = [`encoder.${own}`, own].filter((site) => graph.sites.has(site))
  return found.length > 0 ? found : [own]
}

/** As `sitesInLayer`, for names of which a model may have none. */
export function optionalSitesInLayer(graph: Graph, layer: number, name: string): readonly string[] {
  return sitesInLayer(graph, layer, name).filter((site) => graph.sites.has(site))
}

/** Number of blocks in the graph, of the longer stack where there are two. */
export function layerCount(graph: Graph): number {
  let count = 0
  for (const name of graph.sites.keys()) count = Math.max(count, (siteBlock(name) ?? -1) + 1)
  return count
}

/**
 * Layers that get nodes, ascending. Throws `incompatible` when a named layer does not exist or none is left: a range beyond
 * the model would otherwise be a smaller change than the one that was asked for.
 */
export function coveredLayers(graph: Graph, choice: LayerChoice, covers: Coverage): number[] {
  const count = layerCount(graph)
  const named = [
    choice.fromLayer,
    ...(choice.toLayer === null ? [] : [choice.toLayer]),
    ...choice.exceptLayers,
    ...Object.keys(choice.strengthByLayer).map(Number),
  ]
  const beyond = named.find((layer) => layer >= count)
  const all = Array.from({ length: count }, (_, layer) => layer)
  const chosen = all.filter((layer) => isChosenLayer(layer, choice))
  if (beyond === undefined && chosen.length > 0) return covers === 'chosen' ? chosen : all
  throw new ActbenchError({
    code: 'incompatible',
    message:
      beyond === undefined
        ? `No layer is left: from ${choice.fromLayer} to ${choice.toLayer ?? count - 1} without ${choice.exceptLayers.join(', ')}.`
        : `Layer ${beyond}: this model has ${count} layers, 0 to ${count - 1}.`,
    remedy: 'Choose layers that the model has.',
  })
}
