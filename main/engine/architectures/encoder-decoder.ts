/** The forward pass of T5 and its relatives: an encoder that reads, a decoder that writes, norms before the products. */
import { embedding } from '../blocks/embedding.ts'
import { linear } from '../blocks/linear.ts'
import { rmsNorm } from '../blocks/norm.ts'
import { hidden, rightPadded } from '../blocks/positions.ts'
import { relativeBias } from '../blocks/relative-bias.ts'
import type { Precision } from '../blocks/weights.ts'
import { computeDtype } from '../blocks/weights.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import { createBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/ir.ts'
import type { TensorRef } from '../checkpoint/types.ts'
import { stackBlock, type Past, type Site, type Source } from './encoder-decoder-block.ts'
import type { EncoderDecoderConfig, EncoderDecoderWeights } from './encoder-decoder-types.ts'

export interface EncoderDecoderOptions {
  readonly config: EncoderDecoderConfig
  readonly weights: EncoderDecoderWeights
  readonly precision: Precision
  /** Keys and values of the decoder's earlier positions come in as inputs, all of them go out. */
  readonly hasCache: boolean
}

/**
 * Inputs: `source_ids` int64 [batch, source], rows padded on the right; `source_pad` int64 [batch], how many columns at the end of
 * each row are padding; `input_ids` int64 [batch, seq], what has been written so far, the start token first and rows of one
 * length; with a cache `past_key.{i}` and `past_value.{i}` [batch, nHeads, past, dHead]. Outputs in this order: logits in float32
 * [batch, seq, vocab], then with a cache the present key and value of each block of the decoder.
 */
export function buildEncoderDecoder(options: EncoderDecoderOptions): Graph {
  const { config } = options
  const builder = createBuilder({ name: config.architecture })
  const sourceIds = builder.input('source_ids', 'int64', ['batch', 'source'])
  const sourcePad = builder.input('source_pad', 'int64', ['batch'])
  const ids = builder.input('input_ids', 'int64', ['batch', 'seq'])
  const pasts = options.hasCache ? cacheInputs(builder, options) : []
  const source = encode(builder, { ids: sourceIds, pad: sourcePad }, options)
  const { logits, presents } = decode(builder, { ids, pasts, source }, options)
  builder.output(logits)
  if (options.hasCache) presents.forEach((present) => builder.output(present))
  return builder.finish()
}

function cacheInputs(builder: GraphBuilder, options: EncoderDecoderOptions): readonly Past[] {
  const { nLayers, nHeads, dHead } = options.config
  const dtype = computeDtype(options.precision)
  const shape = ['batch', nHeads, 'past', dHead]
  return Array.from({ length: nLayers }, (_, index) => ({
    key: builder.input(`past_key.${index}`, dtype, shape),
    value: builder.input(`past_value.${index}`, dtype, shape),
  }))
}

function encode(
  builder: GraphBuilder,
  { ids, pad }: { ids: Value; pad: Value },
  options: EncoderDecoderOptions,
): Source {
  const { config, weights, precision } = options
  const dtype = computeDtype(precision)
  const { places, mask, sourceMask } = builder.scope('encoder.positions', () => {
    const whole = rightPadded(builder, { ids, pad, dtype })
    const bias = positionBias(builder, options, {
      table: weights.encoder.positionBias,
      queries: whole.columns,
      keys: whole.columns,
      seesAhead: true,
    })
    const isToken = builder.unsqueeze(whole.isToken, [1, 2])
    const visible = builder.where(isToken, builder.float32(0), builder.float32(hidden[dtype]))
    return {
      places: whole,
      mask: builder.add(whole.mask, bias),
      sourceMask: builder.cast(visible, dtype),
    }
  })
  builder.site('encoder.hook_positions', places.positions)
  let stream = builder.scope('encoder.embed', () =>
    embedding(builder, ids, { table: weights.embedding, precision }),
  )
  builder.site('encoder.hook_embed', stream)
  for (const [index, weightsOfBlock] of weights.encoder.blocks.entries()) {
    const path = `encoder.blocks.${index}`
    const site: Site = (name, value) => builder.site(`${path}.${name}`, value)
    stream = builder.scope(path, () => {
      const block = { weights: weightsOfBlock, mask, past: null, source: null, site }
      return stackBlock(builder, stream, { ...block, options }).residual
    })
  }
  const states = builder.scope('encoder.ln_final', () =>
    rmsNorm(builder, stream, { scale: weights.encoder.finalNorm, epsilon: config.normEpsilon }),
  )
  builder.site('encoder.ln_final.hook_normalized', states)
  return { states, mask: sourceMask }
}

function decode(
  builder: GraphBuilder,
  { ids, pasts, source }: { ids: Value; pasts: readonly Past[]; source: Source },
  options: EncoderDecoderOptions,
): { logits: Value; presents: readonly Value[] } {
  const { config, weights, precision } = options
  const past = pasts.length === 0 ? null : builder.shapeOf(pasts[0].key, 2, 3)
  const { positions, mask, sourceMask } = builder.scope('positions', () =>
    decoderPositions(builder, { ids, past, source }, options),
  )
  builder.site('hook_positions', positions)
  let stream = builder.scope('embed', () =>
    embedding(builder, ids, { table: weights.embedding, precision }),
  )
  builder.site('hook_embed', stream)
  const presents: Value[] = []
  for (const [index, weightsOfBlock] of weights.decoder.blocks.entries()) {
    const site: Site = (name, value) => builder.site(`blocks.${index}.${name}`, value)
    const result = builder.scope(`blocks.${index}`, () =>
      stackBlock(builder, stream, {
        weights: weightsOfBlock,
        mask,
        past: pasts[index] ?? null,
        source: { states: source.states, mask: sourceMask },
        site,
        options,
      }),
    )
    stream = result.residual
    presents.push(result.presentKey, result.presentValue)
  }
  const normalized = builder.scope('ln_final', () =>
    rmsNorm(builder, stream, { scale: weights.decoder.finalNorm, epsilon: config.normEpsilon }),
  )
  builder.site('ln_final.hook_normalized', normalized)
  const logits = builder.scope('unembed', () =>
    linear(builder, scaled(builder, normalized, config.headScale), {
      weight: weights.head,
      bias: null,
      precision,
    }),
  )
  return { logits: builder.site('hook_logits', builder.cast(logits, 'float32')), presents }
}

function decoderPositions(
  builder: GraphBuilder,
  { ids, past, source }: { ids: Value; past: Value | null; source: Source },
  options: EncoderDecoderOptions,
): { positions: Value; mask: Value; sourceMask: Value } {
  const zero = builder.int64Scalar(0)
  const seq = builder.shapeOf(ids, 1, 2)
  const [batch, seqName] = ids.shape
  const start = past === null ? zero : builder.squeeze(past, [0])
  const end = builder.squeeze(past === null ? seq : builder.add(past, seq), [0])
  const queries = builder.range(start, end, seqName)
  const totalName = past === null ? seqName : `past+${seqName}`
  const keys = past === null ? queries : builder.range(zero, end, totalName)
  const row = builder.unsqueeze(queries, [0])
  const sizes = builder.concat(
    [builder.shapeOf(ids, 0, 1), builder.int64([1]), seq, builder.shapeOf(source.mask, 3, 4)],
    0,
  )
  return {
    positions: builder.expand(row, builder.shapeOf(ids, 0, 2), [batch, seqName]),
    mask: positionBias(builder, options, {
      table: options.weights.decoder.positionBias,
      queries,
      keys,
      seesAhead: false,
    }),
    // Fused attention spreads no mask over its queries.
    sourceMask: builder.expand(source.mask, sizes, [batch, 1, seqName, source.mask.shape[3]]),
  }
}

function positionBias(
  builder: GraphBuilder,
  { config, precision }: EncoderDecoderOptions,
  given: { table: TensorRef; queries: Value; keys: Value; seesAhead: boolean },
): Value {
  const { table, queries, keys, seesAhead } = given
  const buckets = {
    count: config.relativeBuckets,
    maxDistance: config.relativeDistance,
    seesAhead,
  }
  const dtype = computeDtype(precision)
  return relativeBias(builder, { queries, keys }, { table, buckets, dtype })
}

function scaled(builder: GraphBuilder, x: Value, factor: number): Value {
  if (factor === 1) return x
  return builder.mul(x, builder.cast(builder.float32(factor), x.dtype))
}
