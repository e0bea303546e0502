/** What an architecture is: how to recognise it, its dimensions, the names of its weights. */
import type { LinearWeights } from '../blocks/linear.ts'
import type { MlpWeights } from '../blocks/mlp.ts'
import type { Checkpoint, TensorRef } from '../checkpoint/types.ts'
import type { EncoderDecoderConfig, EncoderDecoderWeights } from './encoder-decoder-types.ts'

/** Dimensions that every model has. */
export interface ModelConfig {
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
}

export interface DecoderConfig extends ModelConfig {
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

/** An encoder of the BERT family: norms after the sums, learned absolute positions, every token sees every other. */
export interface EncoderConfig extends ModelConfig {
  /** Row of the position table that the first token reads. */
  readonly firstPosition: number
  readonly activation: 'gelu' | 'gelu-tanh' | 'relu'
  /** Heads for intent and slots; null for a bare encoder. */
  readonly joint: JointConfig | null
}

/** Heads of joint intent classification and slot filling (Chen et al. 2019, arXiv 1902.10909; MASSIVE, arXiv 2204.08582). */
export interface JointConfig {
  /** Block whose output both heads read, from 0. */
  readonly layer: number
  /** How the tokens' states become one for the intent; all of them count, special ones included. */
  readonly pooling: 'first' | 'max' | 'mean'
  /** Names in the order of the heads' outputs: without them the numbers mean nothing. */
  readonly intents: readonly string[]
  readonly slots: readonly string[]
}

export interface NormWeights {
  /** [dModel] */
  readonly scale: TensorRef
  readonly bias: TensorRef
}

export interface EncoderBlockWeights {
  readonly q: LinearWeights
  readonly k: LinearWeights
  readonly v: LinearWeights
  readonly output: LinearWeights
  readonly attentionNorm: NormWeights
  readonly up: LinearWeights
  readonly down: LinearWeights
  readonly outputNorm: NormWeights
}

export interface EncoderWeights {
  /** [vocab, dModel] */
  readonly embedding: TensorRef
  /** [positions, dModel] */
  readonly positions: TensorRef
  /** [types, dModel]: every token is of the first type. Null where the file has none. */
  readonly tokenTypes: TensorRef | null
  readonly embeddingNorm: NormWeights
  readonly blocks: readonly EncoderBlockWeights[]
  /** Null for a bare encoder. */
  readonly joint: JointWeights | null
}

/** Products of each head in order, a GELU between two. */
export interface JointWeights {
  readonly intent: readonly LinearWeights[]
  readonly slots: readonly LinearWeights[]
}

interface ArchitectureFacts {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly paper: { readonly title: string; readonly year: number; readonly link: string }
  readonly matches: (checkpoint: Checkpoint) => boolean
}

/** Predicts the next token. */
export interface DecoderArchitecture extends ArchitectureFacts {
  readonly kind: 'decoder'
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

/** States for all tokens of a whole text, and what heads make of them. */
export interface EncoderArchitecture extends ArchitectureFacts {
  readonly kind: 'encoder'
  /** Throws `unsupported` naming the feature, or `malformed-file` naming the missing field. */
  readonly readConfig: (checkpoint: Checkpoint) => EncoderConfig
  /** Throws `malformed-file` naming the missing tensor, or `shape-mismatch`. */
  readonly findWeights: (checkpoint: Checkpoint, config: EncoderConfig) => EncoderWeights
}

/** Writes a text in answer to another one. */
export interface EncoderDecoderArchitecture extends ArchitectureFacts {
  readonly kind: 'encoder-decoder'
  /** Throws `unsupported` naming the feature, or `malformed-file` naming the missing field. */
  readonly readConfig: (checkpoint: Checkpoint) => EncoderDecoderConfig
  /** Throws `malformed-file` naming the missing tensor, or `shape-mismatch`. */
  readonly findWeights: (
    checkpoint: Checkpoint,
    config: EncoderDecoderConfig,
  ) => EncoderDecoderWeights
}

export type Architecture = DecoderArchitecture | EncoderArchitecture | EncoderDecoderArchitecture
