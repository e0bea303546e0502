/** What depends on what: topological order, dead nodes, and values that a subgraph captures from around it. */
import { ActbenchError } from '#contract/errors'
import type { Graph, Node, Value } from './ir.ts'
import { freezeGraph } from './builder.ts'

/** Names of all values a node reads, including those its subgraphs capture from the surrounding graph. */
export function dependenciesOf(node: Node): readonly string[] {
  const names = node.inputs.flatMap((input) => (input === null ? [] : [input.name]))
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind === 'graph') names.push(...capturedNames(attribute.value))
  }
  return names
}

/** Names that a subgraph reads but does not define. */
export function capturedNames(graph: Graph): readonly string[] {
  const defined = new Set([
    ...graph.inputs.map((value) => value.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs.map((value) => value.name)),
  ])
  const read = [
    ...graph.nodes.flatMap((node) => dependenciesOf(node)),
    ...graph.outputs.map((value) => value.name),
  ]
  return [...new Set(read.filter((name) => !defined.has(name)))]
}

/** Orders nodes so that each comes after its inputs; otherwise keeps their order. Throws `internal` on a cycle. */
export function sortNodes(nodes: readonly Node[]): readonly Node[] {
  const producers = new Map<string, Node>()
  for (const node of nodes) for (const output of node.outputs) producers.set(output.name, node)
  const state = new Map<Node, 'open' | 'done'>()
  const sorted: Node[] = []
  const stack: { node: Node; pending: Node[] }[] = []
  const enter = (node: Node) => {
    state.set(node, 'open')
    const pending = dependenciesOf(node).flatMap((name) => producers.get(name) ?? [])
    stack.push({ node, pending: pending.reverse() })
  }
  for (const root of nodes) {
    if (!state.has(root)) enter(root)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.pending.pop()
      if (next === undefined) {
        stack.pop()
        state.set(top.node, 'done')
        sorted.push(top.node)
      } else if (!state.has(next)) enter(next)
      else if (state.get(next) === 'open') throw cycle(next)
    }
  }
  return sorted
}

function cycle(node: Node): ActbenchError {
  return new ActbenchError({ code: 'internal', message: `Graph: ${node.name} depends on itself.` })
}

/** Without the nodes, initializers, sites and regions that no output needs. Inputs stay: they are the signature. */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((value) => value.name))
  const nodes: Node[] = []
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output.name))) continue
    nodes.push(node)
    for (const name of dependenciesOf(node)) needed.add(name)
  }
  nodes.reverse()
  const alive = new Set([
    ...needed,
    ...graph.inputs.map((value) => value.name),
    ...nodes.flatMap((node) => node.outputs.map((value) => value.name)),
  ])
  const names = new Set(nodes.map((node) => node.name))
  const isAlive = (value: Value) => alive.has(value.name)
  return freezeGraph({
    ...graph,
    nodes,
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
    sites: new Map([...graph.sites].filter(([, value]) => isAlive(value))),
    regions: new Map(
      [...graph.regions].filter(([, region]) => region.nodes.some((name) => names.has(name))),
    ),
  })
}
