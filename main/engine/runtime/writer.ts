/** Runs of the two halves of a text-to-text model: plain arrays in, tensors kept as they come from run to run. */
import { ActbenchError } from '#contract/errors'
import type { BeamGraph } from './beam-graph.ts'
import type { NextTokens } from './beam-search.ts'
import type { GreedyGraph } from './greedy-graph.ts'
import type { Session } from './session.ts'
import type { Stacks } from './stacks.ts'
import { int64 } from './stepper.ts'
import type { TensorLike } from './types.ts'

/** Keys and values, or what was read of the source, by the names that the decoder reads them under. */
export type Feeds = ReadonlyMap<string, TensorLike>

export interface Writer {
  readonly vocab: number
  readonly startId: number
  /** Reads sources of any lengths: what the decoder wants of them. */
  encode(sources: readonly (readonly number[])[]): Promise<Feeds>
  /** A cache of rows that have written nothing. */
  emptyCache(rows: number): Feeds
  /** Rows of tensors that have one for each text; others as they are. */
  takeRows(feeds: Feeds, rows: readonly number[]): Feeds
  /** Up to `steps` tokens of each row after `lastIds`; fewer when all rows have met a stop token. */
  greedy(request: GreedyRequest): Promise<GreedyResult>
  /** The best next tokens of rows whose cache is that of the rows `parents`. */
  beams(request: BeamRequest): Promise<BeamResult>
}

export interface GreedyRequest {
  readonly lastIds: readonly number[]
  readonly cache: Feeds
  readonly source: Feeds
  readonly steps: number
  readonly stopIds: readonly number[]
}

export interface GreedyResult {
  readonly steps: number
  /** [steps, rows] */
  readonly tokens: BigInt64Array
  readonly logProbs: Float32Array
  readonly cache: Feeds
}

export interface BeamRequest {
  readonly lastIds: readonly number[]
  readonly parents: readonly number[]
  readonly cache: Feeds
  readonly source: Feeds
  readonly kept: number
}

export interface BeamResult {
  /** By row. */
  readonly next: readonly NextTokens[]
  readonly cache: Feeds
}

export interface WriterParts {
  readonly stacks: Stacks
  readonly encoder: Session
  /** Made for one of the two ways of decoding; a session refuses the feeds of the other one. */
  readonly decoder: { readonly session: Session } & (GreedyGraph | BeamGraph)
  readonly shape: {
    readonly nLayers: number
    readonly nHeads: number
    readonly dHead: number
    readonly dtype: 'float32' | 'float16'
  }
  readonly vocab: number
  readonly startId: number
  /** Read at every run, so that changed inputs take effect. */
  readonly extras: ReadonlyMap<string, TensorLike>
}

export function createWriter(parts: WriterParts): Writer {
  const { stacks, encoder, decoder, shape, vocab, startId, extras } = parts
  const { session, outputs } = decoder
  const pasts = Array.from({ length: shape.nLayers }, (_, layer) => [
    `past_key.${layer}`,
    `past_value.${layer}`,
  ]).flat()
  const hasRows = new Map(
    stacks.handed.map(({ name, shape: [first] }) => [name, first === 'batch']),
  )
  const run = (target: Session, feeds: Feeds, names: readonly string[]) => {
    const all = [...feeds, ...extras].filter(([name]) => target.inputNames.includes(name))
    return target.run(new Map(all), names)
  }
  const step = async (feeds: Feeds) => {
    const names = [outputs.tokens, outputs.logProbs, ...outputs.cache]
    const result = await run(session, feeds, names)
    return {
      tokens: int64Data(required(result, outputs.tokens)),
      logProbs: float32Data(required(result, outputs.logProbs)),
      cache: new Map(outputs.cache.map((name, at) => [pasts[at], required(result, name)])),
    }
  }

  return {
    vocab,
    startId,
    async encode(sources) {
      const width = Math.max(...sources.map((ids) => ids.length))
      const pad = sources.map((ids) => width - ids.length)
      const ids = sources.flatMap((row, at) => [...row, ...new Array<number>(pad[at]).fill(0)])
      const feeds = new Map([
        ['source_ids', int64(ids, [sources.length, width])],
        ['source_pad', int64(pad, [sources.length])],
      ])
      const names = stacks.handed.map(({ name }) => name)
      return run(encoder, feeds, names)
    },
    emptyCache(rows) {
      const { dtype, nHeads, dHead } = shape
      const data = dtype === 'float32' ? new Float32Array() : new Uint16Array()
      const tensor = { dtype, shape: [rows, nHeads, 0, dHead], data } as TensorLike
      return new Map(pasts.map((name) => [name, tensor]))
    },
    takeRows: (feeds, rows) =>
      new Map(
        [...feeds].map(([name, tensor]) => [
          name,
          hasRows.get(name) === false ? tensor : takeRows(tensor, rows),
        ]),
      ),
    async greedy({ lastIds, cache, source, steps, stopIds }) {
      const initial = [...cache].map(
        ([name, tensor]) => [name.replace('past_', 'initial_'), tensor] as const,
      )
      const rows = lastIds.length
      // CUDA refuses to reduce over nothing: where no token stops, one that cannot occur stands in.
      const stops = stopIds.length > 0 ? stopIds : [-1]
      const feeds = new Map<string, TensorLike>([
        ...source,
        ...initial,
        ['last_ids', int64(lastIds, [rows, 1])],
        ['max_steps', int64([steps], [])],
        ['stop_ids', int64(stops, [stops.length])],
        ['finished', { dtype: 'bool', shape: [rows], data: new Uint8Array(rows) }],
      ])
      const result = await step(feeds)
      return { ...result, steps: result.tokens.length / rows }
    },
    async beams({ lastIds, parents, cache, source, kept }) {
      const rows = lastIds.length
      const count = Math.min(kept, vocab)
      const feeds = new Map<string, TensorLike>([
        ...source,
        ...cache,
        ['input_ids', int64(lastIds, [rows, 1])],
        ['parents', int64(parents, [rows])],
        ['kept', int64([count], [1])],
      ])
      const { tokens, logProbs, cache: written } = await step(feeds)
      const next = lastIds.map((_, row) => ({
        tokens: Array.from(tokens.subarray(row * count, (row + 1) * count), Number),
        logProbs: Array.from(logProbs.subarray(row * count, (row + 1) * count)),
      }))
      return { next, cache: written }
    },
  }
}

function takeRows(tensor: TensorLike, rows: readonly number[]): TensorLike {
  const { shape, data } = tensor
  const stride = data.length / shape[0]
  const Data = data.constructor as new (length: number) => typeof data
  const taken = new Data(rows.length * stride)
  for (const [at, row] of rows.entries()) {
    // One constructor made both, so their elements are of one kind.
    ;(taken as Float32Array).set(
      (data as Float32Array).subarray(row * stride, (row + 1) * stride),
      at * stride,
    )
  }
  return { ...tensor, shape: [rows.length, ...shape.slice(1)], data: taken } as TensorLike
}

function required(result: Feeds, name: string): TensorLike {
  const tensor = result.get(name)
  if (tensor !== undefined) return tensor
  throw new ActbenchError({ code: 'internal', message: `Output ${name} did not come back.` })
}

function int64Data(tensor: TensorLike): BigInt64Array {
  if (tensor.dtype === 'int64') return tensor.data
  throw new ActbenchError({
    code: 'internal',
    message: `Tokens: expected int64, found ${tensor.dtype}.`,
  })
}

function float32Data(tensor: TensorLike): Float32Array {
  if (tensor.dtype === 'float32') return tensor.data
  throw new ActbenchError({
    code: 'internal',
    message: `Log-probabilities: expected float32, found ${tensor.dtype}.`,
  })
}
