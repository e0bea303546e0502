/** What an architecture is: how to recognise it, its dimensions, the names of its weights. */
import type { LinearWeights } from '../blocks/linear.ts'
import type { MlpWeights } from '../blocks/mlp.ts'
import type { Checkpoint, TensorRef } from '../checkpoint/types.ts'

export interface DecoderConfig {
  /** Id of the architecture record. */
  readonly architecture: string
  readonly nLayers: number
  readonly dModel: number
  readonly nHeads: number
  readonly nKvHeads: number
  readonly dHead: number
  readonly dMlp: number
  readonly vocab: number
  readonly normEpsilon: number
  /** Positions the model was made for. */
  readonly contextLength: number
  /** The output product uses the embedding table. */
  readonly isHeadTied: boolean
  readonly rope: RopeConfig
}

export interface RopeConfig {
  readonly theta: number
  /** How q and k rows are ordered: neighbours paired (GGUF llama), or i with i + dHead/2. */
  readonly interleaved: boolean
  readonly scaling: RopeScaling
}

export type RopeScaling =
  | { readonly kind: 'none' }
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3'
      readonly factor: number
      readonly lowFrequencyFactor: number
      readonly highFrequencyFactor: number
      readonly originalContextLength: number
    }
  /** Divisors of each frequency, dHead/2 of them (`rope_freqs.weight` of GGUF files). */
  | { readonly kind: 'factors'; readonly factors: readonly number[] }

export interface BlockWeights {
  readonly attentionNorm: TensorRef
  readonly q: LinearWeights
  readonly k: LinearWeights
  readonly v: LinearWeights
  readonly output: LinearWeights
  readonly mlpNorm: TensorRef
  readonly mlp: MlpWeights
}

export interface DecoderWeights {
  readonly embedding: TensorRef
  readonly blocks: readonly BlockWeights[]
  readonly finalNorm: TensorRef
  readonly head: TensorRef
}

export interface Architecture {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly paper: { readonly title: string; readonly year: number; readonly link: string }
  readonly matches: (checkpoint: Checkpoint) => boolean
  /** Throws `unsupported` naming the feature, or `malformed-file` naming the missing field. */
  readonly readConfig: (checkpoint: Checkpoint) => DecoderConfig
  /** Name of the tensor that is the weight of a linear layer which transformers calls `module` (`self_attn.q_proj`). */
  readonly projectionName: (
    checkpoint: Checkpoint,
    projection: { readonly layer: number; readonly module: string },
  ) => string | null
  /** Throws `malformed-file` naming the missing tensor, or `shape-mismatch`. */
  readonly findWeights: (checkpoint: Checkpoint, config: DecoderConfig) => DecoderWeights
}
