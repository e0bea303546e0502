/**
 * Adds noise to activations, x + e: the common emulation of approximations by their fitted error (Zhang et al., USENIX Security 2025).
 * The noise of a token depends on (seed, layer, site, absolute position) alone (noise/keyed-noise.ts), so every sample sees the same
 * noise at the same position, and chunks of a prompt, batches and the cache change nothing. It is a table among the constants of
 * the graph; where a model is too wide for 1,024 positions in 256 MB, positions repeat from the number that fits.
 * Scale: gauss sigma, laplace b (deviation b sqrt 2), uniform the deviation (half-width scale sqrt 3). Families must not be compared
 * by the bare number. A deviation of the site counts its tails: at `down` in SmolLM2-135M it is 3 to 16 times the median magnitude, so
 * 0.1 of it there changes far more (perplexity 70 to 1,107) than 0.1 at all norms (to 91).
 */
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/ir.ts'
import { addValue, replaceAtSites, siteValue } from '../graph/rewrite.ts'
import { positionsSite } from '../graph/sites.ts'
import { type Coverage, layerParams, strengthOn } from './layers.ts'
import { type NoiseSite, noiseSites, noiseTargets } from './noise/noise-sites.ts'
import { noiseTable, tablePositions } from './noise/noise-table.ts'
import { chosenSites, scalarInputs, siteInputName, statisticOf } from './site-inputs.ts'
import type { Applied, ApplyRequest, Intervention, SiteRequest } from './types.ts'

const params = z.object({
  family: z
    .enum(['gauss', 'laplace', 'uniform'])
    .default('gauss')
    .describe('Distribution of the noise; the study fits gauss at up and laplace at down'),
  scale: z
    .number()
    .min(0)
    .max(10)
    .default(0.05)
    .describe('gauss: sigma. laplace: b, deviation b times 1.41. uniform: deviation'),
  relative: z
    .enum(['absolute', 'site-std'])
    .default('absolute')
    .describe(
      'absolute: the scale itself. site-std: times the standard deviation of the site on the calibration text, which outliers dominate',
    ),
  sites: z
    .array(z.enum(noiseTargets))
    .min(1)
    .default(['up'])
    .describe(
      'MLP input (up), MLP output product (down), activation output (act), every norm (norm-all), attention input (qkv), attention output product (o)',
    ),
  seed: z
    .number()
    .int()
    .min(0)
    .max(4294967295)
    .default(0)
    .describe('Seed of the noise; compare configurations at the same one'),
  ...layerParams,
})
type Params = z.infer<typeof params>

export const additiveNoise: Intervention<Params> = {
  id: 'additive-noise',
  title: 'Additive noise',
  summary: 'Adds seeded random errors to activations, as an approximation would.',
  category: 'activation-approximation',
  paper: {
    authors: 'Zhang, Chen, He, Lou, Li, Feng, Song, Liu, Ren, Yang',
    year: 2025,
    title:
      'Activation Approximations Can Incur Safety Vulnerabilities Even in Aligned LLMs: Comprehensive Analysis and Defense',
    link: 'https://arxiv.org/abs/2502.00840',
  },
  params,
  strengthParam: 'scale',
  observes,
  apply,
}

function observes(graph: Graph, chosen: Params, covers: Coverage): readonly SiteRequest[] {
  if (chosen.relative === 'absolute') return []
  return noiseSites(graph, chosen, covers).map(({ site }) => ({ site, statistic: 'moments' }))
}

function apply(request: ApplyRequest<Params>): Applied {
  const { params: chosen, prefix, covers, fitted } = request
  const sites = noiseSites(request.graph, chosen, covers)
  const names = sites.map(({ site }) => site)
  const nameOf = (site: string) => siteInputName(prefix, 'scale', site)
  const positions = countPositions(request.graph, chosen)
  const rows = tableRows(request.graph, { prefix, positions, names })
  const graph = replaceAtSites(rows.graph, names, (builder, x, name) => {
    const site = sites[names.indexOf(name)]
    const own = rowsAt(builder, { graph: rows.graph, rows: rows.of(name), name })
    const scale = builder.input(nameOf(name), 'float32', [])
    const table = noiseTable(builder, { ...chosen, ...keyPart(site), positions, width: widthOf(x) })
    const noise = asShaped(builder, builder.gather(table, own, 0), x)
    return builder.add(x, builder.mul(noise, scale))
  })
  const scales = scalarInputs(sites, nameOf, ({ site, layer }) => {
    const scale = strengthOn(layer, chosen, chosen.scale)
    if (scale === 0 || chosen.relative === 'absolute') return scale
    return scale * statisticOf(fitted, site, 'moments').deviation
  })
  return { graph, changed: chosenSites(sites, chosen), ...scales }
}

/** int64 [batch, seq] for each stack: the row of a table that each token reads. */
function tableRows(
  before: Graph,
  given: { readonly prefix: string; readonly positions: number; readonly names: readonly string[] },
): { readonly graph: Graph; readonly of: (site: string) => Value } {
  const { prefix, positions, names } = given
  const byStack = new Map<string, Value>()
  let graph = before
  for (const site of new Set(names.map(positionsSite))) {
    const added = addValue(graph, prefix, (builder) =>
      builder.mod(siteValue(before, site), builder.int64Scalar(positions)),
    )
    graph = added.graph
    byStack.set(site, added.value)
  }
  const of = (name: string): Value => {
    const rows = byStack.get(positionsSite(name))
    if (rows !== undefined) return rows
    throw new ActbenchError({ code: 'internal', message: `${name}: expected rows of its stack.` })
  }
  return { graph, of }
}

/** Of the whole model whatever layers are chosen, so that the noise of a layer does not depend on the other ones. */
function countPositions(graph: Graph, { sites }: Params): number {
  const everywhere = { fromLayer: 0, toLayer: null, exceptLayers: [], strengthByLayer: {}, sites }
  const widths = noiseSites(graph, everywhere, 'chosen').map(({ site }) =>
    widthOf(siteValue(graph, site)),
  )
  return tablePositions(widths.reduce((sum, width) => sum + width, 0))
}

function keyPart({ keyLayer, code }: NoiseSite) {
  return { layer: keyLayer, code }
}

/** The final norm sees only the rows whose logits are read: the graph's input `select` lists them. */
function rowsAt(
  builder: GraphBuilder,
  { graph, rows, name }: { graph: Graph; rows: Value; name: string },
): Value {
  const select = graph.inputs.find((input) => input.name === 'select')
  if (select === undefined || !name.startsWith('ln_final')) return rows
  return builder.unsqueeze(builder.gather(builder.reshape(rows, [-1]), select, 0), [0])
}

/** Values of one token: everything behind [batch, seq]. */
function widthOf(x: Value): number {
  return x.shape.slice(2).reduce<number>((product, dim) => product * Number(dim), 1)
}

function asShaped(builder: GraphBuilder, flat: Value, x: Value): Value {
  if (x.shape.length === flat.shape.length) return flat
  return builder.reshape(flat, [0, 0, ...x.shape.slice(2).map(Number)])
}
