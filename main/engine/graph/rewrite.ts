/** How a pass changes a graph. Everything here returns a new graph; the one it was given stays as it was. */
import { ActbenchError } from '#contract/errors'
import { createBuilder, freezeGraph } from './builder.ts'
import type { GraphBuilder } from './builder.ts'
import type { Dtype, Graph, Node, Region, RegionKind, Shape, Value } from './ir.ts'
import { describeValue } from './ir.ts'
import { dependenciesOf, prune, sortNodes } from './order.ts'
import { shapesAgree } from './shapes.ts'
import { compileSitePattern } from './sites.ts'

/** New value for a site; `site` is its name. */
export type SiteRewrite = (builder: GraphBuilder, value: Value, site: string) => Value

/**
 * Rewrites the value at a site: every consumer of it sees what `rewrite` returns. The value handed to `rewrite` is
 * float32 also in a half-precision graph (cast before, cast back after). Sites that name the same value move along, so
 * rewrites compose in the order in which they are applied.
 * Throws `incompatible` for an unknown site and `shape-mismatch` when the result has another shape or dtype.
 */
export function replaceAt(graph: Graph, site: string, rewrite: SiteRewrite): Graph {
  return replaceAtSites(graph, [site], rewrite)
}

/** As `replaceAt` at each of the sites in turn, but in one pass: use it for patterns that match many. */
export function replaceAtSites(
  graph: Graph,
  sites: readonly string[],
  rewrite: SiteRewrite,
): Graph {
  const builder = createBuilder({ name: graph.name, from: graph })
  const replacements = new Map<string, Replacement>()
  for (const site of sites) {
    const before = siteValue(graph, site)
    const earlier = replacements.get(before.name)
    const current = earlier?.after ?? before
    const { result, added } = builder.record(() =>
      builder.scope(site, () => inFloat32(builder, current, (b, x) => rewrite(b, x, site))),
    )
    if (result === current) continue
    checkSame(site, before, result)
    const own = new Set([...(earlier?.own ?? []), ...added])
    replacements.set(before.name, { after: result, own })
  }
  if (replacements.size === 0) return graph
  return substitute(graph, builder.finish(), replacements)
}

function inFloat32(
  builder: GraphBuilder,
  value: Value,
  rewrite: (builder: GraphBuilder, value: Value) => Value,
): Value {
  if (value.dtype !== 'float16') return rewrite(builder, value)
  const wide = builder.cast(value, 'float32')
  const after = rewrite(builder, wide)
  return after === wide ? value : builder.cast(after, value.dtype)
}

function checkSame(where: string, before: Value, after: Value | undefined): void {
  if (after?.dtype === before.dtype && shapesAgree(after.shape, before.shape)) return
  throw new ActbenchError({
    code: 'shape-mismatch',
    message: `${where}: expected ${describeValue(before)} after the rewrite, found ${after === undefined ? 'nothing' : describeValue(after)}.`,
  })
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
  const widen = (builder: GraphBuilder, region: Region): readonly Value[] => {
    const inputs = region.inputs.map((input) =>
      input.dtype === 'float16' ? builder.cast(input, 'float32') : input,
    )
    return [builder.cast(rewrite(builder, inputs, region), region.outputs[0].dtype)]
  }
  return replaceRegions(graph, regionsOf(graph, kind).filter(where), widen)
}

/** Computes the outputs of a region in another way: the same ones, or, for an intervention, other ones. */
export type RegionRewrite = (builder: GraphBuilder, region: Region) => readonly Value[]

/** Replaces all of these regions at once; a region need not be one that the graph itself has marked. */
export function replaceRegions(
  graph: Graph,
  regions: readonly Region[],
  rewrite: RegionRewrite,
): Graph {
  if (regions.length === 0) return graph
  const builder = createBuilder({ name: graph.name, from: graph })
  const replacements = new Map<string, Replacement>()
  for (const region of regions) {
    const path = region.name.slice(0, region.name.lastIndexOf('/'))
    const { result, added } = builder.record(() =>
      builder.scope(path, () => rewrite(builder, region)),
    )
    for (const [index, before] of region.outputs.entries()) {
      checkSame(region.name, before, result[index])
      replacements.set(before.name, { after: result[index], own: new Set(added) })
    }
  }
  const replaced = new Set(regions.map((region) => region.name))
  const extended = builder.finish()
  const kept = [...extended.regions].filter(([name]) => !replaced.has(name))
  return substitute(graph, { ...extended, regions: new Map(kept) }, replacements)
}

/**
 * True when the region is still as it was built: all its nodes are there, they read nothing but its inputs, constants
 * and each other, and nobody outside reads (or observes) a value inside. Only then may a fused operator stand in.
 */
export function isIntact(graph: Graph, region: Region): boolean {
  return intactChecker(graph)(region)
}

function intactChecker(graph: Graph): (region: Region) => boolean {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]))
  const readers = new Map<string, string[]>()
  for (const node of graph.nodes) {
    for (const name of dependenciesOf(node)) {
      const known = readers.get(name)
      if (known === undefined) readers.set(name, [node.name])
      else known.push(node.name)
    }
  }
  const observed = new Set(graph.outputs.map((value) => value.name))
  return (region) => {
    const inside = new Set(region.nodes)
    const found = region.nodes.flatMap((name) => nodes.get(name) ?? [])
    if (found.length !== inside.size) return false
    const produced = new Set(found.flatMap((node) => node.outputs.map((value) => value.name)))
    const inputs = new Set(region.inputs.map((value) => value.name))
    const outputs = new Set(region.outputs.map((value) => value.name))
    const isOwn = (name: string) =>
      produced.has(name) || inputs.has(name) || graph.initializers.has(name)
    const isPrivate = (name: string) =>
      !observed.has(name) && (readers.get(name) ?? []).every((reader) => inside.has(reader))
    return (
      found.every((node) => dependenciesOf(node).every(isOwn)) &&
      [...produced].every((name) => outputs.has(name) || isPrivate(name))
    )
  }
}

/** Puts a fused operator in place of every intact region of a kind; others stay decomposed. */
export function fuseRegions(graph: Graph, kind: RegionKind, fuse: RegionRewrite): Graph {
  return replaceRegions(graph, regionsOf(graph, kind).filter(intactChecker(graph)), fuse)
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

/** Computes one more value, for rewrites that follow: until one of them reads it, nothing else does. */
export function addValue(
  graph: Graph,
  path: string,
  compute: (builder: GraphBuilder) => Value,
): { readonly graph: Graph; readonly value: Value } {
  const builder = createBuilder({ name: graph.name, from: graph })
  const value = builder.scope(path, () => compute(builder))
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

interface Replacement {
  readonly after: Value
  /** Nodes made for this replacement: they go on reading the old value. */
  readonly own: ReadonlySet<string>
}

/** `extended` is `graph` plus new nodes; everything that read a replaced value now reads the new one. */
function substitute(
  graph: Graph,
  extended: Graph,
  replacements: ReadonlyMap<string, Replacement>,
): Graph {
  const replaced = (value: Value): Value => replacements.get(value.name)?.after ?? value
  const regions = [...extended.regions].map(([name, region]): [string, Region] => [
    name,
    graph.regions.has(name) ? { ...region, inputs: region.inputs.map(replaced) } : region,
  ])
  return prune(
    freezeGraph({
      ...extended,
      outputs: extended.outputs.map(replaced),
      nodes: sortNodes(extended.nodes.map((node) => redirect(node, replacements))),
      sites: new Map([...extended.sites].map(([name, value]) => [name, replaced(value)])),
      regions: new Map(regions),
    }),
  )
}

function redirect(node: Node, replacements: ReadonlyMap<string, Replacement>): Node {
  const follow = (value: Value | null): Value | null => {
    const replacement = value === null ? undefined : replacements.get(value.name)
    return replacement === undefined || replacement.own.has(node.name) ? value : replacement.after
  }
  const inputs = node.inputs.map(follow)
  if (inputs.every((value, index) => value === node.inputs[index])) return node
  return Object.freeze({ ...node, inputs: Object.freeze(inputs) })
}
