/** What BERT and its relatives write about themselves, in GGUF metadata and in config.json. */
import type { Checkpoint } from '../checkpoint/types.ts'
import { embeddingTensor, positionTensor } from './bert-family-weights.ts'
import { countField, describe, numberField, unsupported } from './fields.ts'
import { readJointConfig } from './joint-heads.ts'
import type { EncoderConfig } from './types.ts'

export interface BertTraits {
  readonly architecture: string
  /** Row of the position table that the first token reads. */
  readonly firstPosition: (checkpoint: Checkpoint) => number
}

/**
 * Throws `malformed-file` for a missing dimension or heads without label maps, and `unsupported` for a feature that we would
 * compute wrongly. Blocks behind the one that heads read are not part of the model: nothing would depend on them.
 */
export function readBertConfig(checkpoint: Checkpoint, traits: BertTraits): EncoderConfig {
  refuseVariants(checkpoint)
  const dModel = countField(checkpoint, { gguf: 'embedding_length', config: 'hidden_size' })
  const nHeads = countField(checkpoint, {
    gguf: 'attention.head_count',
    config: 'num_attention_heads',
  })
  if (dModel % nHeads !== 0) {
    throw unsupported(checkpoint, `${nHeads} heads in ${dModel} channels`, 'heads of one size')
  }
  const blocks = countField(checkpoint, { gguf: 'block_count', config: 'num_hidden_layers' })
  const joint = readJointConfig(checkpoint, blocks)
  const firstPosition = traits.firstPosition(checkpoint)
  return {
    architecture: traits.architecture,
    nLayers: joint === null ? blocks : joint.layer + 1,
    dModel,
    nHeads,
    nKvHeads: nHeads,
    dHead: dModel / nHeads,
    dMlp: countField(checkpoint, { gguf: 'feed_forward_length', config: 'intermediate_size' }),
    vocab: embeddingTensor(checkpoint).shape[0],
    normEpsilon: numberField(checkpoint, {
      gguf: 'attention.layer_norm_epsilon',
      config: 'layer_norm_eps',
    }),
    contextLength: positionTensor(checkpoint).shape[0] - firstPosition,
    firstPosition,
    activation: activationOf(checkpoint),
    joint,
  }
}

const activations = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
} as const

/** GGUF files do not say: all BERTs that converters write have GELU, which is exact here (llama.cpp takes its tanh form). */
function activationOf(checkpoint: Checkpoint): EncoderConfig['activation'] {
  const name = checkpoint.config['hidden_act'] ?? 'gelu'
  const known = Object.entries(activations).find(([key]) => key === name)
  if (known !== undefined) return known[1]
  const supported = Object.keys(activations).join(', ')
  throw unsupported(checkpoint, `the activation ${describe(name)}`, supported)
}

function refuseVariants(checkpoint: Checkpoint): void {
  const { config, metadata } = checkpoint
  const positions = config['position_embedding_type'] ?? 'absolute'
  if (positions !== 'absolute') {
    throw unsupported(checkpoint, `position embeddings of type ${describe(positions)}`, 'absolute')
  }
  if (config['is_decoder'] === true || metadata.get('bert.attention.causal') === true) {
    throw unsupported(checkpoint, 'attention to earlier tokens only', 'attention to all tokens')
  }
}
