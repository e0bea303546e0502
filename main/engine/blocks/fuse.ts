/** The last pass before writing: fused operators for whatever no intervention has touched. */
import type { Graph, Region, RegionKind, Value } from '../graph/ir.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import { fuseRegions } from '../graph/rewrite.ts'
import { simplify } from '../graph/simplify.ts'
import { fuseAttention } from './attention.ts'
import { fuseRope } from './rope.ts'

const fusions: readonly (readonly [
  RegionKind,
  (builder: GraphBuilder, region: Region) => readonly Value[],
])[] = [
  ['attention', fuseAttention],
  ['rope', fuseRope],
]

/** Equal results with fewer, faster operators. Inner sites of fused regions (scores, pattern) are gone afterwards. */
export function fuse(graph: Graph): Graph {
  return simplify(
    fusions.reduce(
      (current, [kind, replacement]) => fuseRegions(current, kind, replacement),
      graph,
    ),
  )
}
