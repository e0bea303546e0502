/** The last pass before writing: fused operators for whatever no intervention has touched. */
import type { Graph, Region, RegionKind, Value } from '../graph/ir.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import { float, microsoft } from '../graph/operations.ts'
import { fuseRegions, regionsOf, replaceRegions } from '../graph/rewrite.ts'
import { simplify } from '../graph/simplify.ts'
import { fuseAttention } from './attention.ts'
import { fuseGelu } from './gelu.ts'
import { fuseRope } from './rope.ts'

const fusions: readonly (readonly [
  RegionKind,
  (builder: GraphBuilder, region: Region) => readonly Value[],
])[] = [
  ['attention', fuseAttention],
  ['rope', fuseRope],
  ['gelu', fuseGelu],
]

/**
 * A residual sum followed by a norm as one operator, where both stay in float32. Its fourth output is the sum, which
 * the residual stream goes on with.
 */
function fuseResidualNorms(graph: Graph): Graph {
  const sums = new Map(
    graph.nodes.flatMap((node) =>
      node.op === 'Add' ? [[node.outputs[0].name, node] as const] : [],
    ),
  )
  const taken = new Set<string>()
  const pairs = regionsOf(graph, 'rms-norm').flatMap((region): Region[] => {
    const [x, scale] = region.inputs
    const sum = sums.get(x.name)
    const [a, b] = sum?.inputs ?? []
    const isPlain = region.nodes.length === 1 && x.dtype === 'float32'
    if (sum === undefined || !a || !b || !isPlain || taken.has(sum.name)) return []
    if (!isSameShape(a, x) || !isSameShape(b, x)) return []
    taken.add(sum.name)
    return [{ ...region, inputs: [a, b, scale], outputs: [region.outputs[0], x] }]
  })
  return replaceRegions(graph, pairs, (builder, { inputs, parameters }) => {
    const [normalized, , , sum] = builder.emit('SkipSimplifiedLayerNormalization', inputs, {
      domain: microsoft,
      omitted: [1, 2],
      attributes: { epsilon: float(parameters['epsilon']) },
    })
    return [normalized, sum]
  })
}

function isSameShape(a: Value, b: Value): boolean {
  return a.shape.length === b.shape.length && a.shape.every((dim, axis) => dim === b.shape[axis])
}

/** Equal results with fewer, faster operators. Inner sites of fused regions (scores, pattern) are gone afterwards. */
export function fuse(graph: Graph): Graph {
  const fused = fusions.reduce(
    (current, [kind, replacement]) => fuseRegions(current, kind, replacement),
    graph,
  )
  return simplify(fuseResidualNorms(fused))
}
