/** What a change of the forward pass asks of a run beside its tokens. */
import type { Graph } from '../graph/ir.ts'
import { siteValue } from '../graph/rewrite.ts'

/**
 * Whether what a token gives depends on how many others are read with it, as masks of prompts do: something is reduced over the
 * positions of a run, or counts them. Then a prompt may not be read in parts of our choosing, and branches not beside each other.
 */
export function asksRunLength(graph: Graph): boolean {
  const fromPositions = new Set([siteValue(graph, 'hook_positions').name])
  for (const { op, inputs, outputs } of graph.nodes) {
    const names = inputs.flatMap((input) => (input === null ? [] : [input.name]))
    if (!names.some((name) => fromPositions.has(name))) continue
    if (op === 'Shape' || op.startsWith('Reduce')) return true
    const isTold = (name: string) => fromPositions.has(name) || graph.initializers.has(name)
    if (names.every(isTold)) outputs.forEach(({ name }) => fromPositions.add(name))
  }
  return false
}
