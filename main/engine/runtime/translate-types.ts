/** What a text-to-text model gives to evaluations: a source in, tokens out. */
import type { ObservedRunner } from './types.ts'

export interface TranslateRequest {
  /** Identifies the sample. */
  readonly key: string
  /** With what the tokenizer puts around a text. */
  readonly sourceIds: readonly number[]
}

export interface TranslateOptions {
  /** 1 is greedy. */
  readonly beams: number
  /** With the stop token. */
  readonly maxNewTokens: number
  readonly stopIds: readonly number[]
  /** Sources together in one batch. */
  readonly batchSize: number
  readonly signal?: AbortSignal
  /** Called after each run with the number of tokens it added to answers. */
  readonly onTokens?: (count: number) => void
}

export interface TranslateResult {
  readonly key: string
  /** Without start and stop token. */
  readonly tokenIds: readonly number[]
  /** ln p of each token given the source and the tokens before it. */
  readonly logProbs: readonly number[]
  readonly finishReason: 'stop' | 'length'
  /** False where logits overflowed: the tokens then mean nothing. */
  readonly isFinite: boolean
  /** From the batch's start to its end. */
  readonly latencyMs: number
}

export interface TextToTextRunner extends ObservedRunner {
  readonly kind: 'encoder-decoder'
  /**
   * In batches as the requests come, each in order of completion; sources of similar length should follow each other. Throws
   * `invalid-input` for a source that is empty or has strange ids, `cancelled` between runs once the signal is aborted.
   */
  translate(
    requests: Iterable<TranslateRequest>,
    options: TranslateOptions,
  ): AsyncIterable<TranslateResult>
}
