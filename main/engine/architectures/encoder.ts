/** The forward pass of an encoder, written once for BERT and its relatives: norms behind the sums. */
import { attention } from '../blocks/attention.ts'
import { embedding } from '../blocks/embedding.ts'
import { gelu, geluTanh, relu } from '../blocks/gelu.ts'
import { linear, linearGroup } from '../blocks/linear.ts'
import { layerNorm } from '../blocks/norm.ts'
import { rightPadded, type WholePositions } from '../blocks/positions.ts'
import type { Precision } from '../blocks/weights.ts'
import { computeDtype, floatWeight } from '../blocks/weights.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import { createBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/ir.ts'
import { jointHeads } from './encoder-heads.ts'
import type { EncoderBlockWeights, EncoderConfig, EncoderWeights, NormWeights } from './types.ts'

export interface EncoderOptions {
  readonly config: EncoderConfig
  readonly weights: EncoderWeights
  readonly precision: Precision
  /** Slots of every token [batch, seq, slots], or of those that the input `words` lists [1, rows, slots]. */
  readonly slots: 'all' | 'words'
}

type Site = (name: string, value: Value) => Value

/**
 * Inputs: `input_ids` int64 [batch, seq], rows padded on the right; `pad` int64 [batch], how many columns at the end of each row are
 * padding; with chosen words `words` int64 [rows] (indices into batch * seq). Outputs in float32: with heads the logits of the
 * intent [batch, intents] and of the slots, otherwise the states behind the last norm [batch, seq, dModel].
 */
export function buildEncoder(options: EncoderOptions): Graph {
  const { config, weights, precision } = options
  const builder = createBuilder({ name: config.architecture })
  const ids = builder.input('input_ids', 'int64', ['batch', 'seq'])
  const pad = builder.input('pad', 'int64', ['batch'])
  const words = options.slots === 'words' ? builder.input('words', 'int64', ['rows']) : null
  const places = builder.scope('positions', () =>
    rightPadded(builder, { ids, pad, dtype: computeDtype(precision) }),
  )
  builder.site('hook_positions', places.positions)
  let stream = builder.scope('embed', () => embedTokens(builder, ids, { options, places }))
  builder.site('hook_embed', stream)
  for (const [index, block] of weights.blocks.entries()) {
    stream = builder.scope(`blocks.${index}`, () =>
      encoderBlock(builder, stream, { options, block, index, mask: places.mask }),
    )
  }
  const states = builder.site('ln_final.hook_normalized', ownCopy(builder, stream))
  if (weights.joint === null || config.joint === null) {
    builder.output(builder.cast(states, 'float32'))
    return builder.finish()
  }
  const { joint } = weights
  const { pooling } = config.joint
  const { isToken } = places
  jointHeads(builder, states, { joint, pooling, isToken, words, precision }).forEach((logits) =>
    builder.output(logits),
  )
  return builder.finish()
}

/** Words, positions and the first token type, summed and normed. */
function embedTokens(
  builder: GraphBuilder,
  ids: Value,
  { options, places }: { options: EncoderOptions; places: WholePositions },
): Value {
  const { config, weights, precision } = options
  const dtype = computeDtype(precision)
  const table = weights.embedding
  const words = builder.scope('words', () => embedding(builder, ids, { table, precision }))
  const rows = builder.add(places.columns, builder.int64Scalar(config.firstPosition))
  const positions = builder.gather(floatWeight(builder, weights.positions, dtype), rows, 0)
  const types = weights.tokenTypes
  const fixed =
    types === null
      ? positions
      : builder.add(
          positions,
          builder.slice(floatWeight(builder, types, dtype), { axis: 0, start: 0, end: 1 }),
        )
  return norm(builder, builder.add(words, fixed), { config, weights: weights.embeddingNorm })
}

function encoderBlock(
  builder: GraphBuilder,
  input: Value,
  part: { options: EncoderOptions; block: EncoderBlockWeights; index: number; mask: Value },
): Value {
  const { options, block, index, mask } = part
  const { config } = options
  const site: Site = (name, value) => builder.site(`blocks.${index}.${name}`, value)
  site('hook_resid_pre', input)
  const x = site(
    'ln1.hook_normalized',
    builder.scope('ln1', () => ownCopy(builder, input)),
  )
  const attended = builder.scope('attn', () =>
    selfAttention(builder, x, { options, block, mask, site }),
  )
  site('hook_attn_out', attended)
  const middle = builder.scope('attn_norm', () =>
    norm(builder, builder.add(input, attended), { config, weights: block.attentionNorm }),
  )
  site('hook_resid_mid', middle)
  const y = site(
    'ln2.hook_normalized',
    builder.scope('ln2', () => ownCopy(builder, middle)),
  )
  const mlpOut = builder.scope('mlp', () => feedForward(builder, y, { options, block, site }))
  site('hook_mlp_out', mlpOut)
  const output = builder.scope('output_norm', () =>
    norm(builder, builder.add(middle, mlpOut), { config, weights: block.outputNorm }),
  )
  return site('hook_resid_post', output)
}

/**
 * The stream is read by products and goes on beside them; a site on what the products read must not change the stream. The copy is
 * gone from the graph that runs unless something was rewritten there.
 */
function ownCopy(builder: GraphBuilder, x: Value): Value {
  return builder.identity(x)
}

function norm(
  builder: GraphBuilder,
  x: Value,
  { config, weights }: { config: EncoderConfig; weights: NormWeights },
): Value {
  return layerNorm(builder, x, { ...weights, epsilon: config.normEpsilon })
}

function selfAttention(
  builder: GraphBuilder,
  x: Value,
  part: { options: EncoderOptions; block: EncoderBlockWeights; mask: Value; site: Site },
): Value {
  const { options, block, mask, site } = part
  const { config, precision } = options
  const { nHeads, dHead } = config
  const layers = (['q', 'k', 'v'] as const).map((name) => ({
    name: `${name}_proj`,
    ...block[name],
  }))
  const flat = linearGroup(builder, x, { layers, precision })
  const [q, k, v] = (['q', 'k', 'v'] as const).map((name, at) =>
    site(`attn.hook_${name}`, builder.reshape(flat[at], [0, 0, nHeads, dHead])),
  )
  site('attn.hook_rot_q', q)
  site('attn.hook_rot_k', k)
  const { z } = attention(builder, { q, k, v, mask, past: null, seesAhead: true }, site)
  site('attn.hook_z', z)
  const joined = builder.reshape(z, [0, 0, nHeads * dHead])
  return builder.scope('o_proj', () => linear(builder, joined, { ...block.output, precision }))
}

const activations = { gelu, 'gelu-tanh': geluTanh, relu }

function feedForward(
  builder: GraphBuilder,
  x: Value,
  part: { options: EncoderOptions; block: EncoderBlockWeights; site: Site },
): Value {
  const { options, block, site } = part
  const { config, precision } = options
  const pre = builder.scope('up_proj', () => linear(builder, x, { ...block.up, precision }))
  site('mlp.hook_pre', pre)
  const act = site('mlp.hook_act', activations[config.activation](builder, pre))
  site('mlp.hook_post', act)
  return builder.scope('down_proj', () => linear(builder, act, { ...block.down, precision }))
}
