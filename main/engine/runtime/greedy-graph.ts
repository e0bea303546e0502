/** A decoder in a Loop: the most likely token, again and again, while its keys and values stay inside. */
import type { GraphBuilder } from '../graph/builder.ts'
import { createBuilder, freezeGraph } from '../graph/builder.ts'
import type { Graph, Node, Value } from '../graph/ir.ts'
import { detachConstants, splitInvariant } from '../graph/subgraph.ts'
import { logSumExp } from './log-sum-exp.ts'

export interface GreedyGraph {
  readonly graph: Graph
  /** Names of the outputs of `graph`. */
  readonly outputs: {
    /** int64 [steps, batch] */
    readonly tokens: string
    /** float32 [steps, batch]: ln p(token) */
    readonly logProbs: string
    /** Key and value of each block in turn. */
    readonly cache: readonly string[]
  }
}

const carriedNames = /^(input_ids|past_(key|value)\.\d+)$/

/**
 * `decoder` as splitStacks gives it. Inputs of the result: `last_ids` int64 [batch, 1], `initial_key.{i}`, `initial_value.{i}`,
 * `max_steps` int64 [], `stop_ids` int64 [stops], `finished` bool [batch]; and what the decoder reads of its source. It ends once all
 * rows have finished.
 */
export function wrapGreedy(decoder: Graph): GreedyGraph {
  const [ids, ...pasts] = decoder.inputs.filter(({ name }) => carriedNames.test(name))
  const fixed = decoder.inputs.filter(({ name }) => !carriedNames.test(name))
  const { invariant, varying } = splitInvariant(decoder, new Set(fixed.map(({ name }) => name)))
  const bare = { sites: new Map(), regions: new Map(), outputs: [] } as const
  const outer = createBuilder({
    name: decoder.name,
    prefix: 'write',
    from: freezeGraph({ ...decoder, ...bare, inputs: fixed, nodes: invariant }),
  })
  const lastIds = outer.input('last_ids', 'int64', ['batch', 1])
  const initial = pasts.map((value) =>
    outer.input(value.name.replace('past_', 'initial_'), value.dtype, value.shape),
  )
  const maxSteps = outer.input('max_steps', 'int64', [])
  const stopIds = outer.input('stop_ids', 'int64', ['stops'])
  const finished = outer.input('finished', 'bool', ['batch'])
  const body = buildBody(outer, { decoder, ids, pasts, varying, stopIds })
  const results = outer.loop({
    tripCount: maxSteps,
    condition: null,
    state: [lastIds, finished, ...initial],
    body,
    result: body.outputs.slice(1).map(({ dtype, shape }, index) => ({
      dtype,
      shape: index < 2 + pasts.length ? shape : ['steps', ...shape],
    })),
  })
  const cache = results.slice(2, 2 + pasts.length)
  const [tokens, logProbs] = results.slice(2 + pasts.length)
  for (const value of [tokens, logProbs, ...cache]) outer.output(value)
  return {
    graph: outer.finish(),
    outputs: {
      tokens: tokens.name,
      logProbs: logProbs.name,
      cache: cache.map(({ name }) => name),
    },
  }
}

function buildBody(
  outer: GraphBuilder,
  parts: {
    decoder: Graph
    ids: Value
    pasts: readonly Value[]
    varying: readonly Node[]
    stopIds: Value
  },
): Graph {
  const { decoder, ids, pasts, varying, stopIds } = parts
  const iteration: Value = { name: 'iteration', dtype: 'int64', shape: [] }
  const goesOn: Value = { name: 'goes_on', dtype: 'bool', shape: [] }
  const before: Value = { name: 'was_finished', dtype: 'bool', shape: ['batch'] }
  const builder = createBuilder({
    name: 'step',
    prefix: 'step',
    from: freezeGraph({
      name: 'step',
      inputs: [iteration, goesOn, ids, before, ...pasts],
      outputs: [],
      nodes: varying,
      initializers: new Map(),
      sites: new Map(),
      regions: new Map(),
    }),
  })
  const [logits, ...presents] = decoder.outputs
  const flat = builder.gather(logits, builder.int64Scalar(-1), 1)
  const token = builder.argMax(flat, 1, false)
  const best = builder.squeeze(
    builder.sub(builder.reduceMax(flat, [1], true), logSumExp(builder, flat)),
    [1],
  )
  const column = builder.unsqueeze(token, [1])
  const equals = builder.cast(builder.equal(column, builder.unsqueeze(stopIds, [0])), 'int64')
  const isStop = builder.greater(builder.reduceSum(equals, [1], false), builder.int64Scalar(0))
  const finished = builder.or(before, isStop)
  const running = builder.reduceSum(builder.cast(builder.not(finished), 'int64'), [0], false)
  builder.output(builder.greater(running, builder.int64Scalar(0)))
  builder.output(column)
  builder.output(finished)
  presents.forEach((present) => builder.output(present))
  builder.output(builder.identity(token))
  builder.output(best)
  return detachConstants(outer, builder.finish())
}
