/** Where Llama and its relatives keep their weights, in GGUF files and in safetensors. */
import type { LinearWeights } from '../blocks/linear.ts'
import type { Checkpoint, TensorRef } from '../checkpoint/types.ts'
import { requireTensor, shaped } from './tensors.ts'
import type { BlockWeights, DecoderConfig, DecoderWeights } from './types.ts'

const ggufNames = {
  attentionNorm: 'attn_norm',
  q: 'attn_q',
  k: 'attn_k',
  v: 'attn_v',
  output: 'attn_output',
  mlpNorm: 'ffn_norm',
  gate: 'ffn_gate',
  up: 'ffn_up',
  down: 'ffn_down',
} as const

type Part = keyof typeof ggufNames

const safetensorsNames: Readonly<Record<Part, string>> = {
  attentionNorm: 'input_layernorm',
  q: 'self_attn.q_proj',
  k: 'self_attn.k_proj',
  v: 'self_attn.v_proj',
  output: 'self_attn.o_proj',
  mlpNorm: 'post_attention_layernorm',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
  down: 'mlp.down_proj',
}

const projections = ['q', 'k', 'v', 'output', 'gate', 'up', 'down'] as const

function partPath(checkpoint: Checkpoint, layer: number, part: Part): string {
  return checkpoint.format === 'gguf'
    ? `blk.${layer}.${ggufNames[part]}`
    : `model.layers.${layer}.${safetensorsNames[part]}`
}

/** Weight of the projection that transformers calls `module` within its layer; null for what is none of the seven. */
export function familyProjectionName(
  checkpoint: Checkpoint,
  { layer, module }: { readonly layer: number; readonly module: string },
): string | null {
  const part = projections.find((projection) => safetensorsNames[projection] === module)
  return part === undefined ? null : `${partPath(checkpoint, layer, part)}.weight`
}

/** Throws `malformed-file` naming a missing tensor and `shape-mismatch` for one of another shape. */
export function findFamilyWeights(
  checkpoint: Checkpoint,
  config: DecoderConfig,
  traits: { readonly hasQkvBias: boolean },
): DecoderWeights {
  const { dModel, vocab } = config
  const isGguf = checkpoint.format === 'gguf'
  const finalNorm = isGguf ? 'output_norm.weight' : 'model.norm.weight'
  return {
    embedding: shaped(embeddingTensor(checkpoint), [vocab, dModel]),
    blocks: Array.from({ length: config.nLayers }, (_, index) =>
      findBlock(checkpoint, { index, config, traits }),
    ),
    finalNorm: shaped(requireTensor(checkpoint, finalNorm), [dModel]),
    head: shaped(headTensor(checkpoint), [vocab, dModel]),
  }
}

function findBlock(
  checkpoint: Checkpoint,
  block: { index: number; config: DecoderConfig; traits: { hasQkvBias: boolean } },
): BlockWeights {
  const { index, config, traits } = block
  const { dModel, dMlp } = config
  const dAttention = config.nHeads * config.dHead
  const dKv = config.nKvHeads * config.dHead
  const path = (part: Part) => partPath(checkpoint, index, part)
  const norm = (part: Part) => shaped(requireTensor(checkpoint, `${path(part)}.weight`), [dModel])
  const layer = (
    part: Part,
    shape: readonly [number, number],
    needsBias: boolean,
  ): LinearWeights => {
    const bias = needsBias
      ? requireTensor(checkpoint, `${path(part)}.bias`)
      : checkpoint.tensors.get(`${path(part)}.bias`)
    return {
      weight: shaped(requireTensor(checkpoint, `${path(part)}.weight`), shape),
      bias: bias === undefined ? null : shaped(bias, [shape[0]]),
    }
  }
  return {
    attentionNorm: norm('attentionNorm'),
    q: layer('q', [dAttention, dModel], traits.hasQkvBias),
    k: layer('k', [dKv, dModel], traits.hasQkvBias),
    v: layer('v', [dKv, dModel], traits.hasQkvBias),
    output: layer('output', [dModel, dAttention], false),
    mlpNorm: norm('mlpNorm'),
    mlp: {
      gate: layer('gate', [dMlp, dModel], false),
      up: layer('up', [dMlp, dModel], false),
      down: layer('down', [dModel, dMlp], false),
    },
  }
}

/** The embedding table. Throws `malformed-file` when it is missing. */
export function embeddingTensor(checkpoint: Checkpoint): TensorRef {
  const isGguf = checkpoint.format === 'gguf'
  return requireTensor(checkpoint, isGguf ? 'token_embd.weight' : 'model.embed_tokens.weight')
}

/** The separate output matrix where there is one, else the embedding table. */
export function headTensor(checkpoint: Checkpoint): TensorRef {
  const isTied = checkpoint.config['tie_word_embeddings'] === true
  const name = checkpoint.format === 'gguf' ? 'output.weight' : 'lm_head.weight'
  const separate = isTied ? undefined : checkpoint.tensors.get(name)
  return separate ?? embeddingTensor(checkpoint)
}
