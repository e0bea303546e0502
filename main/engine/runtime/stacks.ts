/** A text-to-text model as two graphs: what reads the source once, and what writes token by token with what was read. */
import { freezeGraph } from '../graph/builder.ts'
import type { Graph, Node, Value } from '../graph/ir.ts'
import { dependenciesOf, prune } from '../graph/order.ts'

export interface Stacks {
  /** Its outputs are `handed`. */
  readonly encoder: Graph
  /** Its inputs are those of the whole graph without the source, then `handed`. */
  readonly decoder: Graph
  /** What the decoder reads of the source: keys and values of its second attention, the mask, ... */
  readonly handed: readonly Value[]
}

const sourceInputs = /^source_/
const targetInputs = /^(input_ids|past_(key|value)\.\d+)$/

/**
 * Splits a graph of buildEncoderDecoder with a cache, interventions and fused operators included. Nodes that depend on neither text
 * (constants, strengths) go to both sides.
 */
export function splitStacks(whole: Graph): Stacks {
  const ofSource = dependants(whole, sourceInputs)
  const ofTarget = dependants(whole, targetInputs)
  const isRead = (node: Node) => ofSource.has(outputName(node)) && !ofTarget.has(outputName(node))
  const isWritten = (node: Node) => ofTarget.has(outputName(node))
  const wanted = new Set(whole.nodes.filter(isWritten).flatMap(dependenciesOf))
  const handed = whole.nodes
    .filter(isRead)
    .flatMap(({ outputs }) => outputs)
    .filter(({ name }) => wanted.has(name))
  const encoder = part(whole, {
    nodes: whole.nodes.filter((node) => !isWritten(node)),
    outputs: handed,
    inputs: whole.inputs.filter(({ name }) => !targetInputs.test(name)),
  })
  const decoder = part(whole, {
    nodes: whole.nodes.filter((node) => !isRead(node)),
    outputs: whole.outputs,
    inputs: [...whole.inputs.filter(({ name }) => !sourceInputs.test(name)), ...handed],
  })
  return { encoder, decoder, handed }
}

function outputName({ outputs }: Node): string {
  return outputs.find(({ name }) => name !== '')?.name ?? ''
}

/** Names of all values that depend on inputs of such names. */
function dependants(graph: Graph, inputs: RegExp): ReadonlySet<string> {
  const names = new Set(graph.inputs.map(({ name }) => name).filter((name) => inputs.test(name)))
  for (const node of graph.nodes) {
    if (!dependenciesOf(node).some((name) => names.has(name))) continue
    for (const { name } of node.outputs) if (name !== '') names.add(name)
  }
  return names
}

/** Only the inputs that something reads: nobody should have to feed the others. */
function part(
  whole: Graph,
  parts: {
    readonly nodes: readonly Node[]
    readonly outputs: readonly Value[]
    readonly inputs: readonly Value[]
  },
): Graph {
  const pruned = prune(freezeGraph({ ...whole, ...parts, sites: new Map(), regions: new Map() }))
  const read = new Set([
    ...pruned.nodes.flatMap(dependenciesOf),
    ...pruned.outputs.map(({ name }) => name),
  ])
  return freezeGraph({ ...pruned, inputs: pruned.inputs.filter(({ name }) => read.has(name)) })
}
