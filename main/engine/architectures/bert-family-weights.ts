/** Where BERT and its relatives keep their weights, in GGUF files (as llama.cpp names them) and in safetensors. */
import { ActbenchError } from '#contract/errors'
import type { Checkpoint, TensorRef } from '../checkpoint/types.ts'
import { findJointWeights } from './joint-heads.ts'
import { requireLinear, requireTensor, shaped } from './tensors.ts'
import type { EncoderBlockWeights, EncoderConfig, EncoderWeights, NormWeights } from './types.ts'

const ggufNames = {
  embedding: 'token_embd',
  positions: 'position_embd',
  tokenTypes: 'token_types',
  embeddingNorm: 'token_embd_norm',
  q: 'attn_q',
  k: 'attn_k',
  v: 'attn_v',
  output: 'attn_output',
  attentionNorm: 'attn_output_norm',
  up: 'ffn_up',
  down: 'ffn_down',
  outputNorm: 'layer_output_norm',
} as const

type Part = keyof typeof ggufNames

const safetensorsNames: Readonly<Record<Part, string>> = {
  embedding: 'embeddings.word_embeddings',
  positions: 'embeddings.position_embeddings',
  tokenTypes: 'embeddings.token_type_embeddings',
  embeddingNorm: 'embeddings.LayerNorm',
  q: 'attention.self.query',
  k: 'attention.self.key',
  v: 'attention.self.value',
  output: 'attention.output.dense',
  attentionNorm: 'attention.output.LayerNorm',
  up: 'intermediate.dense',
  down: 'output.dense',
  outputNorm: 'output.LayerNorm',
}

/** Throws `malformed-file` naming a missing tensor and `shape-mismatch` for one of another shape. */
export function findBertWeights(checkpoint: Checkpoint, config: EncoderConfig): EncoderWeights {
  const { dModel, vocab, contextLength, firstPosition } = config
  const tokenTypes = checkpoint.tensors.get(`${pathOf(checkpoint, 'tokenTypes')}.weight`)
  return {
    embedding: shaped(embeddingTensor(checkpoint), [vocab, dModel]),
    positions: shaped(positionTensor(checkpoint), [contextLength + firstPosition, dModel]),
    tokenTypes: tokenTypes === undefined ? null : typesOf(tokenTypes, dModel),
    embeddingNorm: findNorm(checkpoint, pathOf(checkpoint, 'embeddingNorm'), dModel),
    blocks: Array.from({ length: config.nLayers }, (_, index) =>
      findBlock(checkpoint, config, index),
    ),
    joint: findJointWeights(checkpoint, config),
  }
}

/** [types, dModel]; files with one type may drop that axis. */
function typesOf(tensor: TensorRef, dModel: number): TensorRef {
  const shape = tensor.shape.length === 1 ? [1, ...tensor.shape] : tensor.shape
  return shaped({ ...tensor, shape }, [shape[0], dModel])
}

/** The table of words. Throws `malformed-file` when it is missing. */
export function embeddingTensor(checkpoint: Checkpoint): TensorRef {
  return requireTensor(checkpoint, `${pathOf(checkpoint, 'embedding')}.weight`)
}

/** The table of positions. Throws `malformed-file` when it is missing. */
export function positionTensor(checkpoint: Checkpoint): TensorRef {
  return requireTensor(checkpoint, `${pathOf(checkpoint, 'positions')}.weight`)
}

function findBlock(
  checkpoint: Checkpoint,
  { dModel, dMlp }: EncoderConfig,
  layer: number,
): EncoderBlockWeights {
  const path = (part: Part) => pathOf(checkpoint, part, layer)
  const square = (part: Part) => requireLinear(checkpoint, path(part), [dModel, dModel])
  const norm = (part: Part) => findNorm(checkpoint, path(part), dModel)
  return {
    q: square('q'),
    k: square('k'),
    v: square('v'),
    output: square('output'),
    attentionNorm: norm('attentionNorm'),
    up: requireLinear(checkpoint, path('up'), [dMlp, dModel]),
    down: requireLinear(checkpoint, path('down'), [dModel, dMlp]),
    outputNorm: norm('outputNorm'),
  }
}

function findNorm(checkpoint: Checkpoint, path: string, dModel: number): NormWeights {
  return {
    scale: shaped(requireTensor(checkpoint, `${path}.weight`), [dModel]),
    bias: shaped(requireTensor(checkpoint, `${path}.bias`), [dModel]),
  }
}

function pathOf(checkpoint: Checkpoint, part: Part, layer: number | null = null): string {
  if (checkpoint.format === 'gguf') {
    return layer === null ? ggufNames[part] : `blk.${layer}.${ggufNames[part]}`
  }
  const own = safetensorsNames[part]
  return `${prefixOf(checkpoint)}${layer === null ? own : `encoder.layer.${layer}.${own}`}`
}

const tableName = `${safetensorsNames.embedding}.weight`

/** `bert.`, `roberta.`, `xlmr.` or nothing: whatever stands before the name of the table of words. */
function prefixOf({ path, tensors }: Checkpoint): string {
  const found = [...tensors.keys()].filter(
    (name) => name === tableName || name.endsWith(`.${tableName}`),
  )
  if (found.length === 1) return found[0].slice(0, -tableName.length)
  throw new ActbenchError({
    code: 'malformed-file',
    message: `${path}: expected one tensor ${tableName} after the model's prefix, found ${found.join(', ') || `none among ${tensors.size}`}.`,
    remedy: 'Download the model again; all of its parts must be in one folder.',
  })
}
