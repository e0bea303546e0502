/** Bodies of loops and branches: graphs whose constants live in the graph around them. */
import type { GraphBuilder } from './builder.ts'
import { createBuilder, freezeGraph } from './builder.ts'
import type { Graph, Initializer, Node } from './ir.ts'
import { dependenciesOf } from './order.ts'

/**
 * Builds a subgraph. Its constants are added to `parent`, where ONNX Runtime prepares them once, and names made inside
 * begin with `name`.
 */
export function subgraph(
  parent: GraphBuilder,
  name: string,
  build: (builder: GraphBuilder) => void,
): Graph {
  const builder = createBuilder({ name, prefix: name })
  build(builder)
  return detachConstants(parent, builder.finish())
}

/** The graph without its initializers, which move to `parent`. */
export function detachConstants(parent: GraphBuilder, graph: Graph): Graph {
  for (const initializer of graph.initializers.values()) parent.initializer(initializer)
  return freezeGraph({ ...graph, initializers: new Map<string, Initializer>() })
}

/** Splits nodes into those that depend on nothing but constants and `invariants`, and the rest. */
export function splitInvariant(
  graph: Graph,
  invariants: ReadonlySet<string>,
): { readonly invariant: readonly Node[]; readonly varying: readonly Node[] } {
  const known = new Set([...invariants, ...graph.initializers.keys()])
  const invariant: Node[] = []
  const varying: Node[] = []
  for (const node of graph.nodes) {
    if (!dependenciesOf(node).every((name) => known.has(name))) {
      varying.push(node)
      continue
    }
    invariant.push(node)
    for (const output of node.outputs) known.add(output.name)
  }
  return { invariant, varying }
}
