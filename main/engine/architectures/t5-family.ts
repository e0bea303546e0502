/** What T5 and its relatives write about themselves, in GGUF metadata (as llama.cpp does) and in config.json. */
import type { Checkpoint } from '../checkpoint/types.ts'
import type { EncoderDecoderConfig } from './encoder-decoder-types.ts'
import { countField, describe, numberField, unsupported } from './fields.ts'
import { embeddingTensor, isGated, separateHead } from './t5-family-weights.ts'

export interface T5Traits {
  readonly architecture: string
  /** Whether the states are scaled by dModel^-0.5 before the output product. */
  readonly scalesHead: (checkpoint: Checkpoint) => boolean
}

/** Of files that leave them out: T5 was trained on texts of up to 512 tokens, and has no table that would end there. */
const defaults = { contextLength: 512, buckets: 32, distance: 128 } as const

/** Throws `malformed-file` for a missing dimension and `unsupported` for a feature that we would compute wrongly. */
export function readT5Config(checkpoint: Checkpoint, traits: T5Traits): EncoderDecoderConfig {
  const dModel = countField(checkpoint, { gguf: 'embedding_length', config: 'd_model' })
  const nHeads = countField(checkpoint, { gguf: 'attention.head_count', config: 'num_heads' })
  const nEncoderLayers = countField(checkpoint, { gguf: 'block_count', config: 'num_layers' })
  return {
    architecture: traits.architecture,
    nLayers: countField(
      checkpoint,
      { gguf: 'decoder_block_count', config: 'num_decoder_layers' },
      nEncoderLayers,
    ),
    nEncoderLayers,
    dModel,
    nHeads,
    nKvHeads: nHeads,
    dHead: countField(checkpoint, { gguf: 'attention.key_length', config: 'd_kv' }),
    dMlp: countField(checkpoint, { gguf: 'feed_forward_length', config: 'd_ff' }),
    vocab: embeddingTensor(checkpoint).shape[0],
    normEpsilon: numberField(
      checkpoint,
      { gguf: 'attention.layer_norm_rms_epsilon', config: 'layer_norm_epsilon' },
      1e-6,
    ),
    contextLength: countField(
      checkpoint,
      { gguf: 'context_length', config: 'n_positions' },
      defaults.contextLength,
    ),
    relativeBuckets: countField(
      checkpoint,
      {
        gguf: 'attention.relative_buckets_count',
        config: 'relative_attention_num_buckets',
      },
      defaults.buckets,
    ),
    relativeDistance: countField(
      checkpoint,
      { gguf: 'attention.relative_max_distance', config: 'relative_attention_max_distance' },
      defaults.distance,
    ),
    activation: activationOf(checkpoint),
    headScale: traits.scalesHead(checkpoint) ? dModel ** -0.5 : 1,
    startId: startId(checkpoint),
  }
}

/** GGUF files do not say: with a gate it is GELU (T5 v1.1, mT5), without one ReLU (T5). */
function activationOf(checkpoint: Checkpoint): EncoderDecoderConfig['activation'] {
  const hasGate = isGated(checkpoint)
  const name = checkpoint.config['feed_forward_proj'] ?? (hasGate ? 'gated-gelu' : 'relu')
  if (name === 'gated-gelu' && hasGate) return 'gelu-tanh'
  if (name === 'relu' && !hasGate) return 'relu'
  throw unsupported(
    checkpoint,
    `the feed-forward layer ${describe(name)} ${hasGate ? 'with' : 'without'} a gate`,
    'gated-gelu, relu',
  )
}

/** T5 begins an output with the padding token, 0 in all published vocabularies. */
function startId({ format, architecture, config, metadata }: Checkpoint): number {
  const value =
    format === 'gguf'
      ? metadata.get(`${architecture}.decoder_start_token_id`)
      : (config['decoder_start_token_id'] ?? config['pad_token_id'])
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0
}

/** The table of embeddings is the output matrix too. */
export function hasTiedHead(checkpoint: Checkpoint): boolean {
  return separateHead(checkpoint) === null
}
