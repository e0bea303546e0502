/** What the runtime gives to evaluations: requests in, tokens and log-probabilities out. */
import type { JointConfig } from '../architectures/types.ts'
import type { Precision } from '../blocks/weights.ts'
import type { Checkpoint } from '../checkpoint/types.ts'
import type { Graph } from '../graph/ir.ts'

export type Provider = 'cpu' | 'cuda' | 'webgpu'

/** A dense tensor as plain data; float16 as bit patterns. */
export type TensorLike =
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'float16'; readonly shape: readonly number[]; readonly data: Uint16Array }
  | { readonly dtype: 'int64'; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'int8'; readonly shape: readonly number[]; readonly data: Int8Array }
  | { readonly dtype: 'uint8'; readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly dtype: 'bool'; readonly shape: readonly number[]; readonly data: Uint8Array }

export interface Logger {
  info(message: string): void
  warn(message: string): void
}

export interface GenerateRequest {
  /** Identifies the sample: names the result, and its random numbers together with the seed. */
  readonly key: string
  readonly promptIds: readonly number[]
}

export interface GenerateOptions {
  readonly maxNewTokens: number
  /** 0 is greedy. */
  readonly temperature: number
  /** 0 is off. */
  readonly topK: number
  /** 1 is off. */
  readonly topP: number
  readonly seed: number
  readonly stopIds: readonly number[]
  readonly batchSize: number
  /** Tokens whose log-probabilities at the first answer position are wanted. */
  readonly watchIds: readonly number[]
  readonly signal?: AbortSignal
  /** Answers of up to a run's length in one run each, without a cache that leaves it; absent: as suits the provider. */
  readonly makesWholeAnswers?: boolean
  /** Asked between runs about the tokens of an answer so far: true ends it. Tokens behind the place may be there by then. */
  readonly isOver?: (tokenIds: readonly number[]) => boolean
  /** Called after each chunk with the number of tokens it added to answers. */
  readonly onTokens?: (count: number) => void
}

export interface GenerateResult {
  readonly key: string
  /** Without the stop token. */
  readonly tokenIds: readonly number[]
  readonly finishReason: 'stop' | 'length'
  /** Natural log of each token's probability under the model (temperature 1, nothing filtered). */
  readonly logProbs: readonly number[]
  /** Difference of the two largest logits at each token: how close the choice was. */
  readonly gaps: readonly number[]
  readonly watchLogProbs: readonly number[]
  /** From the row's admission into the batch to its last token. */
  readonly latencyMs: number
}

export interface ScoreRow {
  readonly ids: readonly number[]
  /** Index of the first token to score; at least 1, since the first token follows nothing. */
  readonly from: number
}

export interface ScoreResult {
  readonly index: number
  /** ln p(ids[t] | ids before t) for t from `from` to the end. */
  readonly logProbs: Float32Array
  /** 1 where the token is the most probable one. */
  readonly argmaxMatches: Uint8Array
}

/** One context and what may follow it. */
export interface ContinuationRow {
  readonly context: readonly number[]
  readonly continuations: readonly (readonly number[])[]
}

export interface ContinuationResult {
  readonly index: number
  /** In the order of the row's continuations. */
  readonly continuations: readonly {
    /** ln p(token | context and the tokens before it), one per token. */
    readonly logProbs: Float32Array
    /** Every token of it is the most probable one. */
    readonly isGreedy: boolean
  }[]
}

export interface ScoreOptions {
  readonly batchSize: number
  readonly signal?: AbortSignal
}

/** A place in a grammar of tokens. */
export interface GrammarState<T> {
  /** Tokens that may follow: one or more, unless it is over. */
  readonly tokens: readonly number[]
  /** What comes behind one of them. */
  readonly follow: (token: number) => GrammarState<T>
  /** What the text says as a whole; null: it goes on. */
  readonly outcome: T | null
}

export interface ConstrainedRequest<T> {
  readonly key: string
  readonly promptIds: readonly number[]
  readonly start: GrammarState<T>
}

export interface ConstrainedResult<T> {
  readonly key: string
  readonly outcome: T
  readonly tokenIds: readonly number[]
  /** Natural log of each token's probability among those that were allowed: 0 where there was no choice, NaN where the model overflowed. */
  readonly logProbs: readonly number[]
  /** From the start of its batch. */
  readonly latencyMs: number
}

export interface ConstrainedOptions extends ContinuationOptions {
  /** Called after each run with the number of tokens that were chosen. */
  readonly onTokens?: (count: number) => void
}

export interface ContinuationOptions extends ScoreOptions {
  /** Told the tokens that each run reads, padding included. */
  readonly onRead?: (tokens: number) => void
}

export interface CausalRunner extends ObservedRunner {
  readonly kind: 'decoder'
  /** In order of completion. Throws `cancelled` between chunks once the signal is aborted. */
  generate(
    requests: Iterable<GenerateRequest>,
    options: GenerateOptions,
  ): AsyncIterable<GenerateResult>
  /** Never brings more than the wanted log-probabilities out of the graph. In batches of similar length. */
  score(rows: readonly ScoreRow[], options: ScoreOptions): AsyncIterable<ScoreResult>
  /**
   * Several continuations of each context, which is read once, as are the tokens that contexts or continuations share. Rows are
   * taken a few at a time; those with a common beginning should come one after the other. Each result has the index of its row.
   */
  scoreContinuations(
    rows: Iterable<ContinuationRow>,
    options: ContinuationOptions,
  ): AsyncIterable<ContinuationResult>
  /**
   * Greedy answers within a grammar, which may differ from row to row. Rows with a common beginning should come one after the
   * other. In order of completion.
   */
  generateWithin<T>(
    requests: Iterable<ConstrainedRequest<T>>,
    options: ConstrainedOptions,
  ): AsyncIterable<ConstrainedResult<T>>
}

/** What runners of every kind of model can do: show values inside, and take new strengths. */
export interface ObservedRunner {
  /** Logits [seq, vocab] of one row; of an encoder those of the slots, [seq, slots]. */
  logits(ids: readonly number[]): Promise<Float32Array>
  /** Values at sites for one row, each [seq, ...]. */
  activations(
    ids: readonly number[],
    sites: readonly string[],
  ): Promise<ReadonlyMap<string, SiteActivation>>
  /** Values at sites for the last token of rows of one length, each [rows, ...]. */
  lastActivations(
    rows: readonly (readonly number[])[],
    sites: readonly string[],
  ): Promise<ReadonlyMap<string, SiteActivation>>
  /** Changes an extra input that an intervention declared; takes effect with the next run. */
  setInput(name: string, tensor: TensorLike): void
  /** Two runners of one digest over the same files differ in the values of their extra inputs only. */
  readonly graphDigest: string
  /** Positions the model was made for. Longer rows run, but beyond what the model was trained on. */
  readonly contextLength: number
  /** What computes: the provider and the device's name. */
  readonly device: { readonly provider: Provider; readonly name: string }
  close(): Promise<void>
}

export interface SiteActivation {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** One utterance: its tokens with the special ones around them, and where each word begins. */
export interface LabelRow {
  readonly ids: readonly number[]
  /** For each word the index in `ids` of its first token; null where it has none. */
  readonly wordStarts: readonly (number | null)[]
}

export interface LabelResult {
  readonly index: number
  /** [intents] */
  readonly intentLogits: Float32Array
  /** For each word the slot with the largest logit at its first token; -1 for words without a token. */
  readonly slots: Int32Array
  /** False where logits overflowed: labels then mean nothing. */
  readonly isFinite: boolean
}

export interface EncoderRunner extends ObservedRunner {
  readonly kind: 'encoder'
  /** Names of the heads' outputs; null for a bare encoder, which labels nothing. */
  readonly joint: Pick<JointConfig, 'intents' | 'slots'> | null
  /**
   * Intent and slots of each row, in batches of similar length, the longest first; each result has the index of its row. Throws
   * `unsupported` for a bare encoder, `invalid-input` for a row longer than the model's context, `cancelled` between batches.
   */
  label(rows: readonly LabelRow[], options: ScoreOptions): AsyncIterable<LabelResult>
}

export interface RunnerOptions {
  readonly checkpoint: Checkpoint
  readonly precision: Precision
  readonly provider: Provider
  readonly threads: number
  /** Folder for weights in prepared layouts; reused between runs. */
  readonly cacheDir: string
  /** Applied to the plain forward graph, before it is wrapped: interventions. */
  readonly transform: (graph: Graph) => Graph
  /** Values of the extra inputs that `transform` declared. */
  readonly inputs: ReadonlyMap<string, TensorLike>
  /** Called before a session takes memory, so that others can give theirs back. */
  readonly beforeSession?: () => Promise<void>
  readonly logger: Logger
}
