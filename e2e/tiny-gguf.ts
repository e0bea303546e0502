/** Writes the embedded model as the GGUF file that llama.cpp's converter would make of it, for tests of GGUF files. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  writeGguf,
  type GgufTensor,
  type GgufValue,
} from '../main/engine/checkpoint/fixtures/write-gguf.ts'

export const embeddedModel = resolve(import.meta.dirname, '../resources/models/actbench-tiny')

interface Config {
  readonly hidden_size: number
  readonly intermediate_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly num_key_value_heads: number
  readonly head_dim: number
  readonly max_position_embeddings: number
  readonly rms_norm_eps: number
  readonly eos_token_id: number
}

interface Tokenizer {
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>
    readonly merges: readonly (string | readonly [string, string])[]
  }
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[]
}

type Header = Readonly<
  Record<string, { readonly shape: number[]; readonly data_offsets: readonly [number, number] }>
>

export function writeTinyGguf(file: string, { name }: { readonly name: string }): void {
  const config = readJson<Config>('config.json')
  writeGguf(file, {
    metadata: { ...shape(config, name), ...tokens(config) },
    tensors: weights(config),
  })
}

function readJson<Value>(name: string): Value {
  return JSON.parse(readFileSync(join(embeddedModel, name), 'utf8')) as Value
}

function shape(config: Config, name: string): Record<string, GgufValue> {
  const count = (value: number): GgufValue => ({ type: 'u32', value })
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: name },
    'llama.block_count': count(config.num_hidden_layers),
    'llama.context_length': count(config.max_position_embeddings),
    'llama.embedding_length': count(config.hidden_size),
    'llama.feed_forward_length': count(config.intermediate_size),
    'llama.attention.head_count': count(config.num_attention_heads),
    'llama.attention.head_count_kv': count(config.num_key_value_heads),
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: config.rms_norm_eps },
    'llama.rope.freq_base': { type: 'f32', value: 10_000 },
  }
}

function tokens(config: Config): Record<string, GgufValue> {
  const { model, added_tokens: added } = readJson<Tokenizer>('tokenizer.json')
  const specials = new Map(added.map(({ id, content }) => [id, content]))
  const byId = new Map(Object.entries(model.vocab).map(([text, id]) => [id, text]))
  for (const [id, text] of specials) byId.set(id, text)
  const ids = Array.from({ length: byId.size }, (_, id) => id)
  return {
    'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
    'tokenizer.ggml.pre': { type: 'string', value: 'gpt-2' },
    'tokenizer.ggml.tokens': {
      type: 'array',
      of: 'string',
      values: ids.map((id) => byId.get(id) ?? `[unused${id}]`),
    },
    // 3 is a control token, 1 a normal one.
    'tokenizer.ggml.token_type': {
      type: 'array',
      of: 'i32',
      values: ids.map((id) => (specials.has(id) ? 3 : 1)),
    },
    'tokenizer.ggml.merges': {
      type: 'array',
      of: 'string',
      values: model.merges.map((pair) => (typeof pair === 'string' ? pair : pair.join(' '))),
    },
    'tokenizer.ggml.eos_token_id': { type: 'u32', value: config.eos_token_id },
    'tokenizer.chat_template': {
      type: 'string',
      value: readFileSync(join(embeddedModel, 'chat_template.jinja'), 'utf8'),
    },
  }
}

function weights(config: Config): GgufTensor[] {
  const file = readFileSync(join(embeddedModel, 'model.safetensors'))
  const headerBytes = Number(file.readBigUInt64LE())
  const { __metadata__: _metadata, ...header } = JSON.parse(
    file.toString('utf8', 8, 8 + headerBytes),
  ) as Header
  return Object.entries(header).map(
    ([
      name,
      {
        shape: extents,
        data_offsets: [from, to],
      },
    ]) => {
      const bytes = file.subarray(8 + headerBytes + from, 8 + headerBytes + to)
      const heads = name.includes('q_proj')
        ? config.num_attention_heads
        : name.includes('k_proj')
          ? config.num_key_value_heads
          : null
      return {
        name: ggufName(name),
        encoding: 'F16',
        shape: extents,
        bytes: heads === null ? bytes : interleaved(bytes, heads, config.head_dim),
      }
    },
  )
}

/** GGUF files of Llama models hold each head's rows as pairs that rotate together. */
function interleaved(bytes: Buffer, heads: number, headRows: number): Buffer {
  const rowBytes = bytes.length / (heads * headRows)
  const rows = Array.from({ length: heads * headRows }, (_, row) => {
    const head = Math.floor(row / headRows)
    const inHead = row % headRows
    const from = head * headRows + (inHead % 2) * (headRows / 2) + Math.floor(inHead / 2)
    return bytes.subarray(from * rowBytes, (from + 1) * rowBytes)
  })
  return Buffer.concat(rows)
}

const layerParts: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
}

function ggufName(name: string): string {
  if (name === 'model.embed_tokens.weight') return 'token_embd.weight'
  if (name === 'model.norm.weight') return 'output_norm.weight'
  const [, layer = '', part = ''] = /^model\.layers\.(\d+)\.(.+)\.weight$/.exec(name) ?? []
  const found = layerParts[part]
  if (found === undefined) throw new Error(`${name}: no GGUF name is known for it`)
  return `blk.${layer}.${found}.weight`
}
