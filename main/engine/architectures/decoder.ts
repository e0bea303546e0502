/** The forward pass of a decoder, written once for all architectures of the Llama family. */
import { attention } from '../blocks/attention.ts'
import { embedding } from '../blocks/embedding.ts'
import { linear, linearGroup } from '../blocks/linear.ts'
import { swiGlu } from '../blocks/mlp.ts'
import { rmsNorm } from '../blocks/norm.ts'
import type { Branches } from '../blocks/positions.ts'
import { leftPadded } from '../blocks/positions.ts'
import type { RopeAngles } from '../blocks/rope.ts'
import { rope, ropeAngles } from '../blocks/rope.ts'
import type { Precision } from '../blocks/weights.ts'
import { computeDtype } from '../blocks/weights.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import { createBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/ir.ts'
import { inverseFrequencies } from './frequencies.ts'
import type { BlockWeights, DecoderConfig, DecoderWeights } from './types.ts'

export interface ForwardOptions {
  readonly config: DecoderConfig
  readonly weights: DecoderWeights
  readonly precision: Precision
  /** Keys and values of earlier positions come in as inputs, all of them go out. */
  readonly hasCache: boolean
  /** Logits of every position [batch, seq, vocab], or of those that the input `select` lists [1, rows, vocab]. */
  readonly logits: 'all' | 'selected'
}

interface Context extends ForwardOptions {
  readonly angles: RopeAngles
  readonly mask: Value
}

/**
 * Inputs: `input_ids` int64 [batch, seq]; `pad` int64 [batch] (left padding of each row); with selection `select`
 * int64 [rows] (indices into batch * seq); with a cache `past_key.{i}` and `past_value.{i}` [batch, nKvHeads, past,
 * dHead], and `visible_until` and `skipped` for rows that branch (see Branches). Outputs in this order: logits in float32, then
 * with a cache the present key and value of each block.
 */
export function buildDecoder(options: ForwardOptions): Graph {
  const { config, weights, precision, hasCache } = options
  const builder = createBuilder({ name: config.architecture })
  const ids = builder.input('input_ids', 'int64', ['batch', 'seq'])
  const pad = builder.input('pad', 'int64', ['batch'])
  const select = options.logits === 'selected' ? builder.input('select', 'int64', ['rows']) : null
  const pasts = hasCache ? cacheInputs(builder, options) : []
  const context = { ...options, ...positionContext(builder, options, { ids, pad, pasts }) }

  let residual = builder.scope('embed', () =>
    embedding(builder, ids, { table: weights.embedding, precision }),
  )
  builder.site('hook_embed', residual)
  const presents: Value[] = []
  for (const [index, block] of weights.blocks.entries()) {
    const result = builder.scope(`blocks.${index}`, () =>
      decoderBlock(builder, residual, { context, block, index, past: pasts[index] ?? null }),
    )
    residual = result.residual
    presents.push(result.presentKey, result.presentValue)
  }
  builder.output(head(builder, residual, { context, select }))
  if (hasCache) presents.forEach((present) => builder.output(present))
  return builder.finish()
}

interface Past {
  readonly key: Value
  readonly value: Value
}

function cacheInputs(builder: GraphBuilder, options: ForwardOptions): readonly Past[] {
  const { nKvHeads, dHead } = options.config
  const dtype = computeDtype(options.precision)
  const shape = ['batch', nKvHeads, 'past', dHead]
  return options.weights.blocks.map((_, index) => ({
    key: builder.input(`past_key.${index}`, dtype, shape),
    value: builder.input(`past_value.${index}`, dtype, shape),
  }))
}

/** Sizes of one stand for all rows or columns: an ordinary run feeds one number each. */
function branchInputs(builder: GraphBuilder): Branches {
  return {
    visibleUntil: builder.input('visible_until', 'int64', ['?branch rows', '?branch total']),
    skipped: builder.input('skipped', 'int64', ['?branch rows', '?branch seq']),
  }
}

function positionContext(
  builder: GraphBuilder,
  options: ForwardOptions,
  inputs: { ids: Value; pad: Value; pasts: readonly Past[] },
): { angles: RopeAngles; mask: Value } {
  const { config, precision } = options
  const { ids, pad, pasts } = inputs
  const dtype = computeDtype(precision)
  return builder.scope('positions', () => {
    const past = pasts.length === 0 ? null : builder.shapeOf(pasts[0].key, 2, 3)
    const branches = options.hasCache ? branchInputs(builder) : null
    const { positions, mask } = leftPadded(builder, { ids, pad, past, branches, dtype })
    builder.site('hook_positions', positions)
    const frequencies = inverseFrequencies(config.rope, config.dHead)
    const angles = ropeAngles(builder, positions, { inverseFrequencies: frequencies, dtype })
    return { angles, mask }
  })
}

function decoderBlock(
  builder: GraphBuilder,
  input: Value,
  options: { context: Context; block: BlockWeights; index: number; past: Past | null },
): { residual: Value; presentKey: Value; presentValue: Value } {
  const { context, block, index, past } = options
  const { config, precision } = context
  const site = (name: string, value: Value) => builder.site(`blocks.${index}.${name}`, value)
  const epsilon = config.normEpsilon

  site('hook_resid_pre', input)
  const normalized = builder.scope('ln1', () =>
    rmsNorm(builder, input, { scale: block.attentionNorm, epsilon }),
  )
  site('ln1.hook_normalized', normalized)
  const attended = builder.scope('attn', () =>
    selfAttention(builder, normalized, { context, block, past, site }),
  )
  site('hook_attn_out', attended.output)
  const middle = site('hook_resid_mid', builder.add(input, attended.output))
  const normalizedAgain = builder.scope('ln2', () =>
    rmsNorm(builder, middle, { scale: block.mlpNorm, epsilon }),
  )
  site('ln2.hook_normalized', normalizedAgain)
  const mlpOut = builder.scope('mlp', () =>
    swiGlu(builder, normalizedAgain, { weights: block.mlp, precision, site }),
  )
  site('hook_mlp_out', mlpOut)
  const residual = site('hook_resid_post', builder.add(middle, mlpOut))
  return { residual, presentKey: attended.presentKey, presentValue: attended.presentValue }
}

function selfAttention(
  builder: GraphBuilder,
  x: Value,
  options: {
    context: Context
    block: BlockWeights
    past: Past | null
    site: (name: string, value: Value) => Value
  },
): { output: Value; presentKey: Value; presentValue: Value } {
  const { context, block, past, site } = options
  const { config, precision, angles, mask } = context
  const { nHeads, nKvHeads, dHead } = config
  const { interleaved } = config.rope
  const layers = (['q', 'k', 'v'] as const).map((name) => ({
    name: `${name}_proj`,
    ...block[name],
  }))
  const [flatQ, flatK, flatV] = linearGroup(builder, x, { layers, precision })
  const heads = (name: 'q' | 'k' | 'v', flat: Value, count: number) =>
    site(`attn.hook_${name}`, builder.reshape(flat, [0, 0, count, dHead]))
  const queries = heads('q', flatQ, nHeads)
  const keys = heads('k', flatK, nKvHeads)
  const v = heads('v', flatV, nKvHeads)
  const q = site('attn.hook_rot_q', rope(builder, queries, { angles, interleaved }))
  const k = site('attn.hook_rot_k', rope(builder, keys, { angles, interleaved }))
  const { z, presentKey, presentValue } = attention(builder, { q, k, v, mask, past }, site)
  site('attn.hook_z', z)
  const joined = builder.reshape(z, [0, 0, nHeads * dHead])
  const output = builder.scope('o_proj', () =>
    linear(builder, joined, { ...block.output, precision }),
  )
  return { output, presentKey, presentValue }
}

/** Final norm and output product; positions that nobody reads are dropped before them. */
function head(
  builder: GraphBuilder,
  residual: Value,
  options: { context: Context; select: Value | null },
): Value {
  const { config, weights, precision } = options.context
  const { select } = options
  const chosen =
    select === null
      ? residual
      : builder.scope('select', () => {
          const rows = builder.reshape(residual, [-1, config.dModel])
          return builder.unsqueeze(builder.gather(rows, select, 0), [0])
        })
  const normalized = builder.scope('ln_final', () =>
    rmsNorm(builder, chosen, { scale: weights.finalNorm, epsilon: config.normEpsilon }),
  )
  builder.site('ln_final.hook_normalized', normalized)
  const logits = builder.scope('unembed', () =>
    linear(builder, normalized, { weight: weights.head, bias: null, precision }),
  )
  return builder.site('hook_logits', builder.cast(logits, 'float32'))
}
