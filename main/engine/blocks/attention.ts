/** Scaled dot-product attention with grouped queries (Vaswani et al. 2017, eq. 1; Ainslie et al. 2023, GQA). */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Region, Value } from '../graph/ir.ts'
import { float, int } from '../graph/operations.ts'

export interface AttentionInputs {
  /** [batch, seq, nHeads, dHead], rotated */
  readonly q: Value
  /** [batch, seq, nKvHeads, dHead], rotated */
  readonly k: Value
  readonly v: Value
  /** [batch, 1, seq, total]; with a bias by head [batch or 1, nHeads, seq, total] */
  readonly mask: Value
  /** Cached keys and values [batch, nKvHeads, past, dHead]; null without a cache. */
  readonly past: { readonly key: Value; readonly value: Value } | null
  /** Tokens see those behind them too: nothing is ever generated. */
  readonly seesAhead?: boolean
  /** What scores are multiplied by; absent: 1 / sqrt(dHead). */
  readonly scale?: number
}

export interface AttentionOutputs {
  /** [batch, seq, nHeads, dHead] */
  readonly z: Value
  /** [batch, nKvHeads, total, dHead] */
  readonly presentKey: Value
  readonly presentValue: Value
}

/** `site` names inner values relative to the block: `attn.hook_attn_scores`, `attn.hook_pattern`. */
export function attention(
  builder: GraphBuilder,
  inputs: AttentionInputs,
  site: (name: string, value: Value) => Value,
): AttentionOutputs {
  const { q, k, v, mask, past, seesAhead = false, scale: own } = inputs
  const [, , nHeads, dHead] = q.shape.map(Number)
  const nKvHeads = Number(k.shape[2])
  const parameters = {
    nHeads,
    nKvHeads,
    dHead,
    ...(seesAhead ? { seesAhead: 1 } : {}),
    ...(own === undefined ? {} : { scale: own }),
  }
  const outer = past === null ? [q, k, v, mask] : [q, k, v, mask, past.key, past.value]
  const [z, presentKey, presentValue] = builder.region(
    { kind: 'attention', inputs: outer, parameters },
    () => {
      const keys = withPast(builder, builder.transpose(k, [0, 2, 1, 3]), past?.key ?? null)
      const values = withPast(builder, builder.transpose(v, [0, 2, 1, 3]), past?.value ?? null)
      const repeat = (x: Value) => repeatHeads(builder, x, nHeads / nKvHeads)
      const queries = builder.transpose(q, [0, 2, 1, 3])
      const products = builder.matmul(queries, builder.transpose(repeat(keys), [0, 1, 3, 2]))
      const scale = builder.cast(builder.float32(own ?? 1 / Math.sqrt(dHead)), q.dtype)
      const scaled = own === 1 ? products : builder.mul(products, scale)
      const scores = site('attn.hook_attn_scores', scaled)
      const pattern = softmax(builder, builder.add(scores, mask))
      const mixed = builder.matmul(site('attn.hook_pattern', pattern), repeat(values))
      return [builder.transpose(mixed, [0, 2, 1, 3]), keys, values]
    },
  )
  return { z, presentKey, presentValue }
}

/** Softmax over the last axis, always in float32. */
function softmax(builder: GraphBuilder, x: Value): Value {
  return builder.region({ kind: 'softmax', inputs: [x] }, () =>
    builder.cast(builder.softmax(builder.cast(x, 'float32'), -1), x.dtype),
  )
}

function withPast(builder: GraphBuilder, x: Value, past: Value | null): Value {
  return past === null ? x : builder.concat([past, x], 2)
}

/** [batch, nKvHeads, total, dHead] -> [batch, nKvHeads * times, total, dHead], each head repeated in place. */
function repeatHeads(builder: GraphBuilder, x: Value, times: number): Value {
  if (times === 1) return x
  const [batch, heads, total, dHead] = x.shape
  const copies = builder.unsqueeze(x, [2])
  const sizes = builder.int64([1, 1, times, 1, 1])
  const expanded = builder.expand(copies, sizes, [batch, heads, times, total, dHead])
  const count = Number(heads) * times
  const shape = [batch, count, total, dHead]
  const target = builder.concat(
    [builder.shapeOf(x, 0, 1), builder.int64([count]), builder.shapeOf(x, 2, 4)],
    0,
  )
  return builder.reshapeTo(expanded, target, shape)
}

/** One Attention (opset 23) for an intact region. */
export function fuseAttention(builder: GraphBuilder, region: Region): readonly Value[] {
  const [q, k, v, mask, pastKey, pastValue] = region.inputs
  const { nHeads, nKvHeads, dHead } = region.parameters
  const flatQ = builder.reshape(q, [0, 0, nHeads * dHead])
  const flatK = builder.reshape(k, [0, 0, nKvHeads * dHead])
  const flatV = builder.reshape(v, [0, 0, nKvHeads * dHead])
  const attributes = {
    q_num_heads: int(nHeads),
    kv_num_heads: int(nKvHeads),
    scale: float(region.parameters['scale'] ?? 1 / Math.sqrt(dHead)),
  }
  const inputs = [flatQ, flatK, flatV, mask, pastKey ?? null, pastValue ?? null]
  const [z, presentKey, presentValue] = builder.emit('Attention', inputs, { attributes })
  return [builder.reshape(z, [0, 0, nHeads, dHead]), presentKey, presentValue]
}
