/** How a pass changes a graph. Everything here returns a new graph; the one it was given stays as it was. */
import { ActbenchError } from '#contract/errors'
import { createBuilder, freezeGraph } from './builder.ts'
import type { GraphBuilder } from './builder.ts'
import type { Dtype, Graph, Node, Region, RegionKind, Shape, Value } from './ir.ts'
import { describeValue } from './ir.ts'
import { prune, sortNodes } from './order.ts'
import { shapesAgree } from './shapes.ts'
import { compileSitePattern } from './sites.ts'

/**
 * Rewrites the value at a site: every consumer of it sees what `rewrite` returns. The value handed to `rewrite` is
 * float32 also in a half-precision graph (cast before, cast back after). Sites that name the same value move along, so
 * rewrites compose in the order in which they are applied.
 * Throws `incompatible` for an unknown site and `shape-mismatch` when the result has another shape or dtype.
 */
export function replaceAt(
  graph: Graph,
  site: string,
  rewrite: (builder: GraphBuilder, value: Value) => Value,
): Graph {
  const before = siteValue(graph, site)
  const builder = createBuilder({ name: graph.name, from: graph })
  const after = builder.scope(site, () => inFloat32(builder, before, rewrite))
  if (after === before) return graph
  if (after.dtype !== before.dtype || !shapesAgree(after.shape, before.shape)) {
    throw new ActbenchError({
      code: 'shape-mismatch',
      message: `${site}: expected ${describeValue(before)} after the rewrite, found ${describeValue(after)}.`,
    })
  }
  return substitute(graph, builder.finish(), new Map([[before.name, after]]))
}

function inFloat32(
  builder: GraphBuilder,
  value: Value,
  rewrite: (builder: GraphBuilder, value: Value) => Value,
): Value {
  const after = rewrite(builder, builder.cast(value, 'float32'))
  return builder.cast(after, value.dtype)
}

/** The value at a site. Throws `incompatible` naming the site when this graph has none of that name. */
export function siteValue(graph: Graph, site: string): Value {
  const value = graph.sites.get(site)
  if (value !== undefined) return value
  throw new ActbenchError({
    code: 'incompatible',
    message: `Site ${site} does not exist in ${graph.name}, which has ${graph.sites.size} sites.`,
    remedy:
      'Choose a site that this architecture has; patterns such as blocks.*.mlp.hook_post match several.',
  })
}

/** Sites whose names match a glob, in the order of the computation; `*` matches anything. May be empty. */
export function matchSites(graph: Graph, pattern: string): string[] {
  const expression = compileSitePattern(pattern)
  return [...graph.sites.keys()].filter((name) => expression.test(name))
}

/** Regions of a kind, in the order of the computation. */
export function regionsOf(graph: Graph, kind: RegionKind): readonly Region[] {
  return [...graph.regions.values()].filter((region) => region.kind === kind)
}

export type FunctionRewrite = (
  builder: GraphBuilder,
  inputs: readonly Value[],
  region: Region,
) => Value

/**
 * Replaces a function wherever it is used (or where `where` says). Inputs are float32 as in `replaceAt`. The function's
 * own inputs: silu, gelu, softmax [x]; rms-norm [x, scale]. Returns the same graph when nothing matched: that is the
 * caller's to judge.
 */
export function replaceFunction(
  graph: Graph,
  kind: RegionKind,
  rewrite: FunctionRewrite,
  where: (region: Region) => boolean = () => true,
): Graph {
  return regionsOf(graph, kind)
    .filter(where)
    .reduce((current, { name }) => {
      const region = current.regions.get(name)
      return region === undefined ? current : replaceRegion(current, region, inHalfOrFloat(rewrite))
    }, graph)
}

function inHalfOrFloat(rewrite: FunctionRewrite) {
  return (builder: GraphBuilder, region: Region): readonly Value[] => {
    const inputs = region.inputs.map((input) =>
      input.dtype === 'float16' ? builder.cast(input, 'float32') : input,
    )
    const after = rewrite(builder, inputs, region)
    return [builder.cast(after, region.outputs[0].dtype)]
  }
}

/** Replaces the nodes of one region by others that compute the same outputs (or, for an intervention, other ones). */
export function replaceRegion(
  graph: Graph,
  region: Region,
  rewrite: (builder: GraphBuilder, region: Region) => readonly Value[],
): Graph {
  const builder = createBuilder({ name: graph.name, from: graph })
  const path = region.name.slice(0, region.name.lastIndexOf('/'))
  const outputs = builder.scope(path, () => rewrite(builder, region))
  const replacements = new Map<string, Value>()
  for (const [index, before] of region.outputs.entries()) {
    const after = outputs[index]
    if (after?.dtype !== before.dtype || !shapesAgree(after.shape, before.shape)) {
      throw new ActbenchError({
        code: 'shape-mismatch',
        message: `${region.name}: expected ${describeValue(before)}, found ${after === undefined ? 'nothing' : describeValue(after)}.`,
      })
    }
    replacements.set(before.name, after)
  }
  const extended = builder.finish()
  const regions = new Map(extended.regions)
  regions.delete(region.name)
  return substitute(graph, { ...extended, regions }, replacements)
}

/**
 * True when the region is still as it was built: all its nodes are there, they read nothing but its inputs, constants
 * and each other, and nobody outside reads (or observes) a value inside. Only then may a fused operator stand in.
 */
export function isIntact(graph: Graph, region: Region): boolean {
  const inside = new Set(region.nodes)
  const nodes = graph.nodes.filter((node) => inside.has(node.name))
  if (nodes.length !== region.nodes.length) return false
  const produced = new Set(nodes.flatMap((node) => node.outputs.map((value) => value.name)))
  const inputs = new Set(region.inputs.map((value) => value.name))
  const outputs = new Set(region.outputs.map((value) => value.name))
  const readsOnlyOwn = nodes.every((node) =>
    node.inputs.every((value) => {
      if (value === null || produced.has(value.name) || inputs.has(value.name)) return true
      return graph.initializers.has(value.name)
    }),
  )
  const isPrivate = (name: string) => produced.has(name) && !outputs.has(name)
  const leaks =
    graph.outputs.some((value) => isPrivate(value.name)) ||
    graph.nodes.some(
      (node) =>
        !inside.has(node.name) &&
        node.inputs.some((value) => value !== null && isPrivate(value.name)),
    )
  return readsOnlyOwn && !leaks
}

/** Puts a fused operator in place of every intact region of a kind; others stay decomposed. */
export function fuseRegions(
  graph: Graph,
  kind: RegionKind,
  fuse: (builder: GraphBuilder, region: Region) => readonly Value[],
): Graph {
  return regionsOf(graph, kind).reduce((current, { name }) => {
    const region = current.regions.get(name)
    if (region === undefined || !isIntact(current, region)) return current
    return replaceRegion(current, region, fuse)
  }, graph)
}

/** Declares one more input, such as a threshold that changes between runs without a new session. */
export function addInput(
  graph: Graph,
  input: { name: string; dtype: Dtype; shape: Shape },
): { readonly graph: Graph; readonly value: Value } {
  const builder = createBuilder({ name: graph.name, from: graph })
  const value = builder.input(input.name, input.dtype, input.shape)
  return { graph: builder.finish(), value }
}

/** Makes the values at these sites outputs; read them under `siteValue(graph, site).name`. */
export function tap(graph: Graph, sites: readonly string[]): Graph {
  const outputs = new Map(graph.outputs.map((value) => [value.name, value]))
  for (const site of sites) {
    const value = siteValue(graph, site)
    outputs.set(value.name, value)
  }
  return freezeGraph({ ...graph, outputs: [...outputs.values()] })
}

/** Only these outputs, and only what they need. */
export function keepOutputs(graph: Graph, outputs: readonly Value[]): Graph {
  return prune(freezeGraph({ ...graph, outputs }))
}

/** `extended` is `graph` plus new nodes; the nodes of `graph` (and all names of sites) follow the replacements. */
function substitute(
  graph: Graph,
  extended: Graph,
  replacements: ReadonlyMap<string, Value>,
): Graph {
  const replaced = (value: Value): Value => replacements.get(value.name) ?? value
  const added = extended.nodes.slice(graph.nodes.length)
  const nodes = graph.nodes.map((node) => redirect(node, replacements))
  const regions = [...extended.regions].map(([name, region]): [string, Region] => [
    name,
    graph.regions.has(name) ? { ...region, inputs: region.inputs.map(replaced) } : region,
  ])
  return prune(
    freezeGraph({
      ...extended,
      outputs: extended.outputs.map(replaced),
      nodes: sortNodes([...nodes, ...added]),
      sites: new Map([...extended.sites].map(([name, value]) => [name, replaced(value)])),
      regions: new Map(regions),
    }),
  )
}

function redirect(node: Node, replacements: ReadonlyMap<string, Value>): Node {
  if (!node.inputs.some((value) => value !== null && replacements.has(value.name))) return node
  const inputs = node.inputs.map((value) =>
    value === null ? null : (replacements.get(value.name) ?? value),
  )
  return Object.freeze({ ...node, inputs: Object.freeze(inputs) })
}
