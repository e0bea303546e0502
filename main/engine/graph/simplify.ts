/** Removes nodes that change nothing: pairs of reshapes that cancel, casts and identities to where a value already is. */
import { freezeGraph } from './builder.ts'
import type { Graph, Node, Value } from './ir.ts'
import { prune } from './order.ts'

/** The same outputs with fewer nodes. Sites are kept: they move to the equal value that remains. */
export function simplify(graph: Graph): Graph {
  const producers = new Map<string, Node>()
  const aliases = new Map<string, Value>()
  const resolve = (value: Value): Value => aliases.get(value.name) ?? value
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map((value) => (value === null ? null : resolve(value)))
    const changed = inputs.some((value, index) => value !== node.inputs[index])
    const current = changed ? Object.freeze({ ...node, inputs: Object.freeze(inputs) }) : node
    for (const output of current.outputs) producers.set(output.name, current)
    const same = equalValue(current, producers)
    if (same !== null) aliases.set(current.outputs[0].name, same)
    return current
  })
  if (aliases.size === 0) return graph
  const sites = [...graph.sites].map(([name, value]): [string, Value] => [name, resolve(value)])
  return prune(
    freezeGraph({
      ...graph,
      nodes,
      outputs: graph.outputs.map(resolve),
      sites: new Map(sites),
    }),
  )
}

/** An earlier value that surely equals the node's output, or null. */
function equalValue(node: Node, producers: ReadonlyMap<string, Node>): Value | null {
  const source = node.inputs[0] ?? null
  if (source === null || node.outputs.length !== 1) return null
  if (node.op === 'Identity') return source
  if (node.op !== 'Reshape') return null
  const [target] = node.outputs
  if (isSameShape(source, target)) return source
  const before = producers.get(source.name)
  const origin = before?.op === 'Reshape' ? (before.inputs[0] ?? null) : null
  return origin !== null && isSameShape(origin, target) ? origin : null
}

/** Unknown sizes (`?`) are never taken to be equal. */
function isSameShape(a: Value, b: Value): boolean {
  return (
    a.shape.length === b.shape.length &&
    a.shape.every((dim, axis) => dim === b.shape[axis] && !String(dim).startsWith('?'))
  )
}
