/** Where T5 and its relatives keep their weights, in GGUF files (as llama.cpp names them) and in safetensors. */
import type { LinearWeights } from '../blocks/linear.ts'
import type { Checkpoint, TensorRef } from '../checkpoint/types.ts'
import type {
  AttentionWeights,
  EncoderDecoderConfig,
  EncoderDecoderWeights,
  StackBlockWeights,
  StackWeights,
} from './encoder-decoder-types.ts'
import { requireTensor, shaped } from './tensors.ts'

type Stack = 'encoder' | 'decoder'
type Attention = 'attn' | 'cross_attn'

const attentionParts = { norm: 'norm', q: 'q', k: 'k', v: 'v', output: 'o' } as const
const mlpParts = { gate: 'wi_0', up: 'wi_1', down: 'wo' } as const

/** Throws `malformed-file` naming a missing tensor and `shape-mismatch` for one of another shape. */
export function findT5Weights(
  checkpoint: Checkpoint,
  config: EncoderDecoderConfig,
): EncoderDecoderWeights {
  const { dModel, vocab } = config
  return {
    embedding: shaped(embeddingTensor(checkpoint), [vocab, dModel]),
    encoder: findStack(checkpoint, config, 'encoder'),
    decoder: findStack(checkpoint, config, 'decoder'),
    head: shaped(separateHead(checkpoint) ?? embeddingTensor(checkpoint), [vocab, dModel]),
  }
}

function findStack(
  checkpoint: Checkpoint,
  config: EncoderDecoderConfig,
  stack: Stack,
): StackWeights {
  const { dModel, nHeads, relativeBuckets, nLayers, nEncoderLayers } = config
  const isGguf = checkpoint.format === 'gguf'
  const short = stack.slice(0, 3)
  const bias = isGguf
    ? `${short}.blk.0.attn_rel_b.weight`
    : `${stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`
  const finalNorm = isGguf ? `${short}.output_norm.weight` : `${stack}.final_layer_norm.weight`
  return {
    blocks: Array.from({ length: stack === 'encoder' ? nEncoderLayers : nLayers }, (_, layer) =>
      findBlock(checkpoint, config, { stack, layer }),
    ),
    positionBias: shaped(requireTensor(checkpoint, bias), [relativeBuckets, nHeads]),
    finalNorm: shaped(requireTensor(checkpoint, finalNorm), [dModel]),
  }
}

interface Place {
  readonly stack: Stack
  readonly layer: number
}

function findBlock(
  checkpoint: Checkpoint,
  config: EncoderDecoderConfig,
  place: Place,
): StackBlockWeights {
  const { dModel, dMlp } = config
  const mlp = (part: 'norm' | keyof typeof mlpParts): string => mlpPath(checkpoint, place, part)
  return {
    attention: findAttention(checkpoint, config, { ...place, attention: 'attn' }),
    cross:
      place.stack === 'encoder'
        ? null
        : findAttention(checkpoint, config, { ...place, attention: 'cross_attn' }),
    mlpNorm: shaped(requireTensor(checkpoint, mlp('norm')), [dModel]),
    gate: isGated(checkpoint) ? matrix(checkpoint, mlp('gate'), [dMlp, dModel]) : null,
    up: matrix(checkpoint, mlp('up'), [dMlp, dModel]),
    down: matrix(checkpoint, mlp('down'), [dModel, dMlp]),
  }
}

function findAttention(
  checkpoint: Checkpoint,
  { dModel, nHeads, dHead }: EncoderDecoderConfig,
  place: Place & { readonly attention: Attention },
): AttentionWeights {
  const path = (part: keyof typeof attentionParts): string => attentionPath(checkpoint, place, part)
  const inward = (part: 'q' | 'k' | 'v') => matrix(checkpoint, path(part), [nHeads * dHead, dModel])
  return {
    norm: shaped(requireTensor(checkpoint, path('norm')), [dModel]),
    q: inward('q'),
    k: inward('k'),
    v: inward('v'),
    output: matrix(checkpoint, path('output'), [dModel, nHeads * dHead]),
  }
}

/** A product without a bias: T5 has none. */
function matrix(
  checkpoint: Checkpoint,
  name: string,
  shape: readonly [out: number, inner: number],
): LinearWeights {
  return { weight: shaped(requireTensor(checkpoint, name), shape), bias: null }
}

function attentionPath(
  { format }: Checkpoint,
  { stack, layer, attention }: Place & { readonly attention: Attention },
  part: keyof typeof attentionParts,
): string {
  const own = attentionParts[part]
  if (format === 'gguf') return `${stack.slice(0, 3)}.blk.${layer}.${attention}_${own}.weight`
  const [index, module] =
    attention === 'attn' ? ([0, 'SelfAttention'] as const) : ([1, 'EncDecAttention'] as const)
  const inner = part === 'norm' ? 'layer_norm' : `${module}.${own}`
  return `${stack}.block.${layer}.layer.${index}.${inner}.weight`
}

function mlpPath(
  checkpoint: Checkpoint,
  { stack, layer }: Place,
  part: 'norm' | keyof typeof mlpParts,
): string {
  if (checkpoint.format === 'gguf') return `${stack.slice(0, 3)}.blk.${layer}.ffn_${part}.weight`
  const path = `${stack}.block.${layer}.layer.${stack === 'encoder' ? 1 : 2}`
  if (part === 'norm') return `${path}.layer_norm.weight`
  const own = part === 'up' && !isGated(checkpoint) ? 'wi' : mlpParts[part]
  return `${path}.DenseReluDense.${own}.weight`
}

/** The activation is multiplied with a second product. */
export function isGated({ format, tensors }: Checkpoint): boolean {
  return tensors.has(
    format === 'gguf'
      ? 'enc.blk.0.ffn_gate.weight'
      : 'encoder.block.0.layer.1.DenseReluDense.wi_0.weight',
  )
}

/** One table for both stacks, under whichever of its names it was stored. Throws `malformed-file` when it is missing. */
export function embeddingTensor(checkpoint: Checkpoint): TensorRef {
  if (checkpoint.format === 'gguf') return requireTensor(checkpoint, 'token_embd.weight')
  const names = ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight']
  const found = names.find((name) => checkpoint.tensors.has(name))
  const isShared = checkpoint.tensors.has('shared.weight') || found === undefined
  return requireTensor(checkpoint, isShared ? 'shared.weight' : found)
}

/** The output matrix; null where it is the embedding table. */
export function separateHead({ format, tensors }: Checkpoint): TensorRef | null {
  return tensors.get(format === 'gguf' ? 'output.weight' : 'lm_head.weight') ?? null
}
