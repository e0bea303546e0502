/** What Llama and its relatives write about themselves, in GGUF metadata and in config.json. */
import { ActbenchError } from '#contract/errors'
import { readTensorF32 } from '../checkpoint/read.ts'
import type { Checkpoint } from '../checkpoint/types.ts'
import { countField, describe, numberField, textField, unsupported } from './fields.ts'
import { embeddingTensor, headTensor } from './llama-family-weights.ts'
import type { DecoderConfig, RopeScaling } from './types.ts'

export interface FamilyTraits {
  readonly architecture: string
  /** q, k and v have biases. Others follow the file: a bias that is there is used. */
  readonly hasQkvBias: boolean
  /** GGUF files of this family have q and k rows reordered for interleaved rotation. */
  readonly isGgufInterleaved: boolean
  /** Of config.json files that leave it out. */
  readonly defaultRopeTheta: number
}

/** Throws `malformed-file` for a missing dimension and `unsupported` for a feature that we would compute wrongly. */
export function readFamilyConfig(checkpoint: Checkpoint, traits: FamilyTraits): DecoderConfig {
  const dModel = countField(checkpoint, { gguf: 'embedding_length', config: 'hidden_size' })
  const nHeads = countField(checkpoint, {
    gguf: 'attention.head_count',
    config: 'num_attention_heads',
  })
  const nKvHeads = countField(
    checkpoint,
    { gguf: 'attention.head_count_kv', config: 'num_key_value_heads' },
    nHeads,
  )
  const dHead = countField(
    checkpoint,
    { gguf: 'attention.key_length', config: 'head_dim' },
    dModel / nHeads,
  )
  if (nHeads % nKvHeads !== 0 || dHead % 2 !== 0) {
    throw unsupported(
      checkpoint,
      `${nHeads} heads of size ${dHead} over ${nKvHeads} key-value heads`,
      'a multiple of the key-value heads, of even size',
    )
  }
  refuseOtherActivations(checkpoint)
  refuseSlidingWindow(checkpoint)
  const table = embeddingTensor(checkpoint)
  return {
    architecture: traits.architecture,
    nLayers: countField(checkpoint, { gguf: 'block_count', config: 'num_hidden_layers' }),
    dModel,
    nHeads,
    nKvHeads,
    dHead,
    dMlp: countField(checkpoint, { gguf: 'feed_forward_length', config: 'intermediate_size' }),
    vocab: table.shape[0],
    normEpsilon: numberField(checkpoint, {
      gguf: 'attention.layer_norm_rms_epsilon',
      config: 'rms_norm_eps',
    }),
    contextLength: countField(checkpoint, {
      gguf: 'context_length',
      config: 'max_position_embeddings',
    }),
    isHeadTied: headTensor(checkpoint) === table,
    rope: {
      theta: ropeTheta(checkpoint, traits.defaultRopeTheta),
      interleaved: checkpoint.format === 'gguf' && traits.isGgufInterleaved,
      scaling: ropeScaling(checkpoint),
    },
  }
}

function refuseOtherActivations(checkpoint: Checkpoint): void {
  const activation = checkpoint.config['hidden_act'] ?? 'silu'
  if (activation === 'silu' || activation === 'swish') return
  throw unsupported(checkpoint, `the activation ${describe(activation)}`, 'silu')
}

function refuseSlidingWindow(checkpoint: Checkpoint): void {
  if (checkpoint.config['use_sliding_window'] === true) {
    throw unsupported(checkpoint, 'attention over a sliding window', 'full attention')
  }
}

/** transformers 5 writes rope_parameters; earlier versions rope_theta and rope_scaling. */
function ropeParameters(checkpoint: Checkpoint): Readonly<Record<string, unknown>> {
  const { config } = checkpoint
  const given = config['rope_parameters'] ?? config['rope_scaling']
  return isRecord(given) ? given : {}
}

function ropeTheta(checkpoint: Checkpoint, fallback: number): number {
  const { rope_theta: theta } = ropeParameters(checkpoint)
  if (typeof theta === 'number') return theta
  return numberField(checkpoint, { gguf: 'rope.freq_base', config: 'rope_theta' }, fallback)
}

function ropeScaling(checkpoint: Checkpoint): RopeScaling {
  return checkpoint.format === 'gguf' ? ggufScaling(checkpoint) : configScaling(checkpoint)
}

function ggufScaling(checkpoint: Checkpoint): RopeScaling {
  const frequencies = checkpoint.tensors.get('rope_freqs.weight')
  if (frequencies !== undefined) {
    return { kind: 'factors', factors: Array.from(readTensorF32(frequencies)) }
  }
  const kind = textField(checkpoint, { gguf: 'rope.scaling.type', config: '' }) ?? 'none'
  if (kind === 'none') return { kind: 'none' }
  if (kind === 'linear') {
    return {
      kind: 'linear',
      factor: numberField(checkpoint, { gguf: 'rope.scaling.factor', config: '' }),
    }
  }
  throw unsupported(checkpoint, `rope scaling ${kind}`, 'none, linear, rope_freqs.weight')
}

function configScaling(checkpoint: Checkpoint): RopeScaling {
  const parameters = ropeParameters(checkpoint)
  const kind = parameters['rope_type'] ?? parameters['type'] ?? 'default'
  if (kind === 'default') return { kind: 'none' }
  const number = (name: string) => {
    const value = parameters[name]
    if (typeof value === 'number' && value > 0) return value
    throw new ActbenchError({
      code: 'malformed-file',
      message: `${checkpoint.path}: expected a positive number at rope_scaling.${name}, found ${describe(value)}.`,
      remedy: 'Download the model again.',
    })
  }
  if (kind === 'linear') return { kind: 'linear', factor: number('factor') }
  if (kind === 'llama3') {
    return {
      kind: 'llama3',
      factor: number('factor'),
      lowFrequencyFactor: number('low_freq_factor'),
      highFrequencyFactor: number('high_freq_factor'),
      originalContextLength: number('original_max_position_embeddings'),
    }
  }
  throw unsupported(checkpoint, `rope scaling ${describe(kind)}`, 'none, linear, llama3')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
