/** One step of a decoder for beams: rows take over the keys and values of those that they continue, and the best tokens come out. */
import { createBuilder } from '../graph/builder.ts'
import type { Graph, Region } from '../graph/ir.ts'
import { addInput, replaceRegions } from '../graph/rewrite.ts'
import { logSumExp } from './log-sum-exp.ts'

export interface BeamGraph {
  readonly graph: Graph
  /** Names of the outputs of `graph`. */
  readonly outputs: {
    /** float32 [batch, kept], descending: ln p(token) */
    readonly logProbs: string
    /** int64 [batch, kept] */
    readonly tokens: string
    /** Key and value of each block in turn. */
    readonly cache: readonly string[]
  }
}

/**
 * `decoder` as splitStacks gives it. Further inputs: `parents` int64 [batch], the row of `past_key.{i}` and `past_value.{i}` that
 * each row continues, and `kept` int64 [1], how many tokens of each row come out.
 */
export function wrapBeams(decoder: Graph): BeamGraph {
  const pasts = decoder.inputs.filter(({ name }) => name.startsWith('past_'))
  const declared = addInput(decoder, { name: 'parents', dtype: 'int64', shape: ['batch'] })
  const taken = pasts.map((past): Region => ({
    name: `beams/${past.name}`,
    kind: 'attention',
    nodes: [],
    inputs: [past],
    outputs: [past],
    parameters: {},
  }))
  const reordered = replaceRegions(declared.graph, taken, (builder, { inputs: [past] }) => [
    builder.gather(past, declared.value, 0),
  ])
  const [logits, ...presents] = reordered.outputs
  const builder = createBuilder({
    name: decoder.name,
    prefix: 'beams',
    from: { ...reordered, outputs: [] },
  })
  const kept = builder.input('kept', 'int64', [1])
  const flat = builder.gather(logits, builder.int64Scalar(-1), 1)
  const [largest, tokens] = builder.topK(flat, kept)
  const logProbs = builder.sub(largest, logSumExp(builder, flat))
  for (const value of [logProbs, tokens, ...presents]) builder.output(value)
  return {
    graph: builder.finish(),
    outputs: {
      logProbs: logProbs.name,
      tokens: tokens.name,
      cache: presents.map(({ name }) => name),
    },
  }
}
