/**
 * One graph for generating and scoring: an ONNX Loop around the forward pass. The prompt is iteration 0, the growing
 * key-value cache never leaves the Loop, and weights are constants of the graph around it. With one iteration and forced
 * tokens the same graph scores given text.
 */
import type { GraphBuilder } from '../graph/builder.ts'
import { createBuilder, freezeGraph } from '../graph/builder.ts'
import type { Graph, Node, Value } from '../graph/ir.ts'
import { detachConstants, splitInvariant } from '../graph/subgraph.ts'
import { logSumExp } from './log-sum-exp.ts'
import type { SamplingInputs } from './sampling.ts'
import { chooseToken } from './sampling.ts'

export interface StepGraph {
  readonly graph: Graph
  readonly nLayers: number
  /** Names of the outputs of `graph`. */
  readonly outputs: {
    /** int64 [steps, rows]: chosen (or forced) tokens, and the most probable ones. */
    readonly tokens: string
    readonly best: string
    /** float32 [steps, rows]: ln p(token), and the gap between the two largest logits. */
    readonly logProbs: string
    readonly gaps: string
    /** float32 [steps, rows, watched] */
    readonly watched: string
    /** Alternating key and value of each block: [batch, nKvHeads, total, dHead]. */
    readonly cache: readonly string[]
  }
}

/** Inputs of the forward graph that the Loop carries; every other one is fixed during a run. */
const carriedNames = /^(input_ids|select|past_(key|value)\.\d+)$/

interface OuterInputs extends SamplingInputs {
  readonly ids: Value
  readonly select: Value
  readonly finished: Value
  readonly pasts: readonly Value[]
  readonly maxSteps: Value
  readonly forced: Value
  readonly stopIds: Value
  /** int64 []: the Loop ends once so many rows have finished. */
  readonly finishedLimit: Value
  readonly watchIds: Value
  /** float32 [steps, rows] */
  readonly uniforms: Value
}

/**
 * `forward` is a transformed graph of buildDecoder with cache and selection. Inputs of the result: `prompt_ids` int64
 * [batch, seq], `pad` [batch], `prompt_select` [rows], `finished` bool [rows], `initial_key.{i}` and `initial_value.{i}`,
 * `max_steps` [], `forced` [rows] (-1: choose), `stop_ids`, `finished_limit` [], `watch_ids`, `uniforms`, `is_sampled`,
 * `temperature`, `top_k`, `top_p`, and whatever interventions declared.
 */
export function wrapInLoop(forward: Graph): StepGraph {
  const carried = forward.inputs.filter((input) => carriedNames.test(input.name))
  const fixed = forward.inputs.filter((input) => !carriedNames.test(input.name))
  const { invariant, varying } = splitInvariant(
    forward,
    new Set(fixed.map((value) => value.name).filter((name) => name !== 'pad')),
  )
  const outer = createBuilder({
    name: forward.name,
    prefix: 'generate',
    from: freezeGraph({
      ...forward,
      inputs: fixed,
      outputs: [],
      nodes: invariant,
      sites: new Map(),
      regions: new Map(),
    }),
  })
  const inputs = declareInputs(outer, carried)
  const body = buildBody(outer, { forward, carried, varying, inputs })
  const presents = forward.outputs.slice(1)
  const results = outer.loop({
    tripCount: inputs.maxSteps,
    condition: null,
    state: [inputs.ids, inputs.select, inputs.finished, ...inputs.pasts],
    body,
    result: resultsOf(body, 1 + 3 + presents.length),
  })
  const cache = results.slice(3, 3 + presents.length)
  const [tokens, best, logProbs, gaps, watched] = results.slice(3 + presents.length)
  for (const value of [tokens, best, logProbs, gaps, watched, ...cache]) outer.output(value)
  return {
    graph: outer.finish(),
    nLayers: presents.length / 2,
    outputs: {
      tokens: tokens.name,
      best: best.name,
      logProbs: logProbs.name,
      gaps: gaps.name,
      watched: watched.name,
      cache: cache.map((value) => value.name),
    },
  }
}

function declareInputs(outer: GraphBuilder, carried: readonly Value[]): OuterInputs {
  const pasts = carried.filter((value) => value.name.startsWith('past_'))
  return {
    ids: outer.input('prompt_ids', 'int64', ['batch', 'seq']),
    select: outer.input('prompt_select', 'int64', ['rows']),
    finished: outer.input('finished', 'bool', ['rows']),
    pasts: pasts.map((value) =>
      outer.input(value.name.replace('past_', 'initial_'), value.dtype, value.shape),
    ),
    maxSteps: outer.input('max_steps', 'int64', []),
    forced: outer.input('forced', 'int64', ['rows']),
    stopIds: outer.input('stop_ids', 'int64', ['stops']),
    finishedLimit: outer.input('finished_limit', 'int64', []),
    watchIds: outer.input('watch_ids', 'int64', ['watched']),
    uniforms: outer.input('uniforms', 'float32', ['steps', 'rows']),
    isSampled: outer.input('is_sampled', 'bool', []),
    temperature: outer.input('temperature', 'float32', []),
    topK: outer.input('top_k', 'int64', [1]),
    topP: outer.input('top_p', 'float32', []),
  }
}

function buildBody(
  outer: GraphBuilder,
  options: {
    forward: Graph
    carried: readonly Value[]
    varying: readonly Node[]
    inputs: OuterInputs
  },
): Graph {
  const { forward, carried, varying, inputs } = options
  const iteration: Value = { name: 'iteration', dtype: 'int64', shape: [] }
  const goesOn: Value = { name: 'goes_on', dtype: 'bool', shape: [] }
  const finished: Value = { name: 'was_finished', dtype: 'bool', shape: ['rows'] }
  const [ids, select, ...pasts] = carried
  const builder = createBuilder({
    name: 'step',
    prefix: 'step',
    from: freezeGraph({
      name: 'step',
      inputs: [iteration, goesOn, ids, select, finished, ...pasts],
      outputs: [],
      nodes: varying,
      initializers: new Map(),
      sites: new Map(),
      regions: new Map(),
    }),
  })
  const [logits, ...presents] = forward.outputs
  const step = readLogits(builder, logits, { ...inputs, iteration })
  const now = builder.or(finished, step.isStop)
  const count = builder.reduceSum(builder.cast(now, 'int64'), [0], false)
  builder.output(builder.less(count, inputs.finishedLimit))
  builder.output(builder.unsqueeze(step.token, [1]))
  builder.output(step.nextSelect)
  builder.output(now)
  presents.forEach((present) => builder.output(present))
  for (const scan of [step.token, step.best, step.logProb, step.gap, step.watched]) {
    builder.output(builder.identity(scan))
  }
  return detachConstants(outer, builder.finish())
}

/** logits [1, rows, vocab] -> the chosen token of each row and what is to be recorded about it. */
function readLogits(
  builder: GraphBuilder,
  logits: Value,
  inputs: OuterInputs & { readonly iteration: Value },
) {
  const vocab = Number(logits.shape[2])
  const flat = builder.reshape(logits, [-1, vocab])
  const uniform = builder.unsqueeze(builder.gather(inputs.uniforms, inputs.iteration, 0), [1])
  const choice = chooseToken(builder, flat, { ...inputs, uniform })
  const isForced = builder.greaterOrEqual(inputs.forced, builder.int64Scalar(0))
  const token = builder.where(isForced, inputs.forced, choice.token)
  const normalizer = logSumExp(builder, flat)
  const logProbAt = (picked: Value): Value => builder.sub(picked, normalizer)
  const column = builder.unsqueeze(token, [1])
  const logProb = builder.squeeze(logProbAt(builder.gatherElements(flat, column, 1)), [1])
  const equals = builder.equal(column, builder.unsqueeze(inputs.stopIds, [0]))
  const stops = builder.reduceSum(builder.cast(equals, 'int64'), [1], false)
  const rows = builder.squeeze(builder.shapeOf(token, 0, 1), [0])
  return {
    token,
    best: choice.best,
    gap: choice.gap,
    logProb,
    watched: logProbAt(builder.gather(flat, inputs.watchIds, 1)),
    isStop: builder.greater(stops, builder.int64Scalar(0)),
    nextSelect: builder.range(builder.int64Scalar(0), rows, 'rows'),
  }
}

/** Shapes of the Loop's results: states as the body leaves them, scans with a leading axis of steps. */
function resultsOf(body: Graph, scansFrom: number) {
  return body.outputs.slice(1).map(({ dtype, shape }, index) => ({
    dtype,
    shape: index + 1 < scansFrom ? shape : ['steps', ...shape],
  }))
}
