/** One run of the step graph: plain arrays in, plain arrays out. */
import { ActbenchError } from '#contract/errors'
import { textTokensInput } from '../graph/text-tokens.ts'
import type { KvCache, KvShape } from './kv-cache.ts'
import { cacheFeeds, cacheFromOutputs } from './kv-cache.ts'
import type { Session } from './session.ts'
import type { StepGraph } from './step-graph.ts'
import type { Provider, TensorLike } from './types.ts'

export interface Sampling {
  readonly temperature: number
  readonly topK: number
  readonly topP: number
}

export interface StepRequest {
  /** [batch, seq], row-major. */
  readonly ids: readonly number[]
  readonly batch: number
  readonly cache: KvCache
  /** Tokens of each row's text; absent: it ends with this run, or these tokens are generated behind it. */
  readonly textTokens?: readonly number[]
  /** Rows that branch; absent: each is a plain sequence. Of single steps only. */
  readonly branches?: RowBranches
  readonly steps: number
  /** Indices into batch * seq whose logits are read; the last position of each row while generating. */
  readonly select: readonly number[]
  /** Token to record at each selected position; absent: choose. */
  readonly forced?: readonly number[]
  readonly sampling: Sampling
  /** [steps, rows]; absent when greedy. */
  readonly uniforms?: Float32Array
  readonly stopIds: readonly number[]
  /** The run ends when so many rows have met a stop token. */
  readonly finishedLimit: number
  readonly watchIds: readonly number[]
  readonly keepsCache: boolean
}

/** See Branches of blocks/positions.ts. */
export interface RowBranches {
  /** [batch, cached + seq] */
  readonly visibleUntil: readonly number[]
  /** [batch, seq] */
  readonly skipped: readonly number[]
}

/** A column that is seen by all behind it. */
export const alwaysVisible = 2 ** 31

export interface StepResult {
  /** Steps that ran. */
  readonly steps: number
  /** [steps, rows] */
  readonly tokens: BigInt64Array
  readonly best: BigInt64Array
  readonly logProbs: Float32Array
  readonly gaps: Float32Array
  /** [steps, rows, watched] */
  readonly watched: Float32Array
  /** Null unless asked for. */
  readonly cache: KvCache | null
}

export interface Stepper {
  readonly shape: KvShape
  readonly vocab: number
  /** Query heads: what a block of attention scores takes. */
  readonly nHeads: number
  readonly provider: Provider
  run(request: StepRequest): Promise<StepResult>
}

/** `extras` is read at every run, so that changed inputs take effect. */
export function createStepper(options: {
  readonly session: Session
  readonly step: StepGraph
  readonly shape: KvShape
  readonly vocab: number
  readonly nHeads: number
  readonly provider: Provider
  readonly extras: ReadonlyMap<string, TensorLike>
}): Stepper {
  const { session, step, shape, vocab, nHeads, provider, extras } = options
  const { outputs } = step
  const asksTextTokens = session.inputNames.includes(textTokensInput)
  const wanted = [outputs.tokens, outputs.best, outputs.logProbs, outputs.gaps, outputs.watched]
  return {
    shape,
    vocab,
    nHeads,
    provider,
    async run(request) {
      const feeds = new Map([...requestFeeds(request, vocab), ...extras])
      if (asksTextTokens) feeds.set(textTokensInput, textTokensOf(request))
      const names = request.keepsCache ? [...wanted, ...outputs.cache] : wanted
      const result = await session.run(feeds, names)
      const tokens = int64Of(result, outputs.tokens)
      const cacheTensors = outputs.cache.flatMap((name) => result.get(name) ?? [])
      return {
        steps: tokens.length / request.select.length,
        tokens,
        best: int64Of(result, outputs.best),
        logProbs: float32Of(result, outputs.logProbs),
        gaps: float32Of(result, outputs.gaps),
        watched: float32Of(result, outputs.watched),
        cache: request.keepsCache ? cacheFromOutputs(shape, request.cache.pad, cacheTensors) : null,
      }
    },
  }
}

function requestFeeds(
  request: StepRequest,
  vocab: number,
): readonly (readonly [string, TensorLike])[] {
  const { ids, batch, cache, steps, select, sampling, uniforms } = request
  const rows = select.length
  const isSampled = sampling.temperature > 0
  // CUDA refuses to reduce over nothing: where no token stops, one that cannot occur stands in.
  const stopIds = request.stopIds.length > 0 ? request.stopIds : [-1]
  const topK = sampling.topK > 0 ? Math.min(sampling.topK, vocab) : vocab
  return [
    ...branchFeeds(request),
    ['prompt_ids', int64(ids, [batch, ids.length / batch])],
    ['pad', int64(cache.pad, [batch])],
    ['prompt_select', int64(select, [rows])],
    ['finished', { dtype: 'bool', shape: [rows], data: new Uint8Array(rows) }],
    ...cacheFeeds(cache),
    ['max_steps', int64([steps], [])],
    ['forced', int64(request.forced ?? select.map(() => -1), [rows])],
    ['stop_ids', int64(stopIds, [stopIds.length])],
    ['finished_limit', int64([request.finishedLimit], [])],
    ['watch_ids', int64(request.watchIds, [request.watchIds.length])],
    ['uniforms', float32(uniforms ?? new Float32Array(steps * rows), [steps, rows])],
    ['is_sampled', { dtype: 'bool', shape: [], data: Uint8Array.of(isSampled ? 1 : 0) }],
    ['temperature', float32(Float32Array.of(isSampled ? sampling.temperature : 1), [])],
    ['top_k', int64([topK], [1])],
    ['top_p', float32(Float32Array.of(sampling.topP), [])],
  ]
}

function textTokensOf({ textTokens, batch }: StepRequest): TensorLike {
  return int64(textTokens ?? new Array<number>(batch).fill(0), [batch])
}

function branchFeeds({ branches, batch }: StepRequest): [string, TensorLike][] {
  const { visibleUntil, skipped } = branches ?? { visibleUntil: [alwaysVisible], skipped: [0] }
  const rows = branches === undefined ? 1 : batch
  return [
    ['visible_until', int64(visibleUntil, [rows, visibleUntil.length / rows])],
    ['skipped', int64(skipped, [rows, skipped.length / rows])],
  ]
}

export function int64(values: readonly number[], shape: readonly number[]): TensorLike {
  return { dtype: 'int64', shape, data: BigInt64Array.from(values, BigInt) }
}

function float32(data: Float32Array, shape: readonly number[]): TensorLike {
  return { dtype: 'float32', shape, data }
}

function int64Of(result: ReadonlyMap<string, TensorLike>, name: string): BigInt64Array {
  const tensor = result.get(name)
  if (tensor?.dtype === 'int64') return tensor.data
  throw wrongOutput(name, 'int64', tensor)
}

export function float32Of(result: ReadonlyMap<string, TensorLike>, name: string): Float32Array {
  const tensor = result.get(name)
  if (tensor?.dtype === 'float32') return tensor.data
  throw wrongOutput(name, 'float32', tensor)
}

function wrongOutput(name: string, expected: string, found: TensorLike | undefined): ActbenchError {
  return new ActbenchError({
    code: 'internal',
    message: `Output ${name}: expected ${expected}, found ${found?.dtype ?? 'nothing'}.`,
  })
}
