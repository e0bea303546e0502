/** Models that read one text and write another: dimensions and weights of their two stacks. */
import type { LinearWeights } from '../blocks/linear.ts'
import type { TensorRef } from '../checkpoint/types.ts'
import type { ModelConfig } from './types.ts'

/** `nLayers` counts the blocks of the decoder; q, k and v have as many heads each. */
export interface EncoderDecoderConfig extends ModelConfig {
  readonly nEncoderLayers: number
  /** Position bias: how many distances are told apart, and from which on they are one. */
  readonly relativeBuckets: number
  readonly relativeDistance: number
  readonly activation: 'gelu-tanh' | 'relu'
  /** What the states are multiplied by before the output product. */
  readonly headScale: number
  /** Token that an output begins with; not part of it. */
  readonly startId: number
}

export interface AttentionWeights {
  /** [dModel] */
  readonly norm: TensorRef
  readonly q: LinearWeights
  readonly k: LinearWeights
  readonly v: LinearWeights
  readonly output: LinearWeights
}

export interface StackBlockWeights {
  readonly attention: AttentionWeights
  /** Reads the encoder's output; null in the encoder itself. */
  readonly cross: AttentionWeights | null
  /** [dModel] */
  readonly mlpNorm: TensorRef
  /** Product whose activation is multiplied with `up`; null where `up` itself is activated. */
  readonly gate: LinearWeights | null
  readonly up: LinearWeights
  readonly down: LinearWeights
}

export interface StackWeights {
  readonly blocks: readonly StackBlockWeights[]
  /** Position bias of all blocks, [buckets, nHeads] */
  readonly positionBias: TensorRef
  /** [dModel] */
  readonly finalNorm: TensorRef
}

export interface EncoderDecoderWeights {
  /** [vocab, dModel], of both stacks */
  readonly embedding: TensorRef
  readonly encoder: StackWeights
  readonly decoder: StackWeights
  /** [vocab, dModel] */
  readonly head: TensorRef
}
