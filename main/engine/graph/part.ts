/** A part of a graph by itself. */
import { freezeGraph } from './builder.ts'
import type { Graph, Value } from './ir.ts'
import { dependenciesOf, prune } from './order.ts'

/**
 * What computes `to` where `from` is fed under its own name. Inputs are `from` and those of the graph's own that are still read;
 * sites are gone, regions stay, so that it can be fused.
 */
export function partBetween(
  graph: Graph,
  { from, to }: { readonly from: Value; readonly to: Value },
): Graph {
  const nodes = graph.nodes.filter(({ outputs }) => !outputs.some(({ name }) => name === from.name))
  const inputs = [...graph.inputs.filter(({ name }) => name !== from.name), from]
  const part = prune(freezeGraph({ ...graph, nodes, inputs, outputs: [to], sites: new Map() }))
  const read = new Set(part.nodes.flatMap(dependenciesOf))
  return freezeGraph({ ...part, inputs: part.inputs.filter(({ name }) => read.has(name)) })
}
