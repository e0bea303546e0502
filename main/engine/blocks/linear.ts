/**
 * y = x W^T + b, by precision and by how W is stored.
 *
 * exact: float32 arithmetic on the checkpoint's own values. Quantised weights are dequantised once; only 4-bit matrices
 *   of large models stay packed (MatMulNBits at accuracy level 0 unpacks to float32, equal to rounding).
 * fast: block-quantised weights stay packed and activations are rounded to int8 per block inside the product (accuracy
 *   level 4, about 0.5 % noise a product). Plain floating-point weights are used as in exact.
 * float16: weights and products in half precision, for GPUs.
 * A weight with an adapter never stays packed: the sum is computed once, and the product is a float32 one in fast too.
 *
 * Formats with a minimum (Q4_1, Q4_K, ...) are w = (q - centre) * scale + offset; the offsets' part of the product is
 * the float32 product of x's block sums with the offsets, exact in every precision.
 */
import { ActbenchError } from '#contract/errors'
import type { TensorRef } from '../checkpoint/types.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { int, microsoft } from '../graph/operations.ts'
import { packedFormat } from './packing.ts'
import type { PackedLayout, Precision } from './weights.ts'
import { computeDtype, floatWeight, packedWeight, stackedFloatWeight } from './weights.ts'

export interface LinearWeights {
  /** [out, in] */
  readonly weight: TensorRef
  /** [out] */
  readonly bias: TensorRef | null
}

/** Accuracy levels of MatMulNBits: what becomes of activations inside the product. */
const keptInFloat32 = 0
const roundedToInt8 = 4

/** x [..., in] -> [..., out]. Throws `shape-mismatch` naming the tensor when the widths differ. */
export function linear(
  builder: GraphBuilder,
  x: Value,
  options: LinearWeights & { readonly precision: Precision },
): Value {
  const { precision } = options
  checkWidth(x, options.weight)
  const layout = commonLayout([options])
  if (layout !== null) return quantizedProduct(builder, x, { layers: [options], layout, precision })
  const dtype = computeDtype(precision)
  const weight = floatWeight(builder, options.weight, dtype)
  const bias = options.bias === null ? null : floatWeight(builder, options.bias, dtype)
  return floatProduct(builder, x, { weight, bias })
}

/**
 * Several products of the same x, as one wherever all weights are repacked anyway and have one layout: fewer, larger
 * operations. `layers` by name; the results in the same order.
 */
export function linearGroup(
  builder: GraphBuilder,
  x: Value,
  options: {
    readonly layers: readonly (LinearWeights & { readonly name: string })[]
    readonly precision: Precision
  },
): readonly Value[] {
  const { layers, precision } = options
  layers.forEach(({ weight }) => checkWidth(x, weight))
  const layout = commonLayout(layers)
  if (layout === null || wouldUnpackOthers({ layers, layout, precision })) {
    return layers.map((layer) =>
      builder.scope(layer.name, () => linear(builder, x, { ...layer, precision })),
    )
  }
  return builder.scope(layers.map(({ name }) => name).join('+'), () => {
    const product = quantizedProduct(builder, x, { layers, layout, precision })
    const sizes = layers.map(({ weight }) => weight.shape[0])
    return builder.split(product, sizes, -1)
  })
}

/** The packed layout that all weights share; null when one is plain floating point, or they differ. */
function commonLayout(layers: readonly LinearWeights[]): PackedLayout | null {
  const formats = layers.map(({ weight }) => packedFormat(weight.encoding))
  const [first] = formats
  const isSame = formats.every(
    (format) =>
      format?.bits === first?.bits &&
      format?.blockSize === first?.blockSize &&
      format?.hasOffsets === first?.hasOffsets,
  )
  return isSame ? first : null
}

interface QuantizedLayers {
  readonly layers: readonly LinearWeights[]
  readonly layout: PackedLayout
  readonly precision: Precision
}

/**
 * Elements of a matrix from which on 4-bit weights stay packed in exact precision too. Below it the float32 copy is
 * worth its memory (SmolLM2-135M: 277 against 147 tokens/s at batch 8, 458 against 189 at 32, though 57 against 74 at 1);
 * above it, in models of about 3 billion weights, the copy would take more than 12 GB.
 */
const packedFromElements = 16e6

function staysPacked(options: QuantizedLayers): boolean {
  return !options.layers.some(isAdapted) && mayStayPacked(options)
}

/** Only some of the layers have an adapter, and the others' weights can stay as they are. */
function wouldUnpackOthers(options: QuantizedLayers): boolean {
  const { layers } = options
  return layers.some(isAdapted) && !layers.every(isAdapted) && mayStayPacked(options)
}

function isAdapted({ weight }: LinearWeights): boolean {
  return weight.lowRank !== undefined
}

function mayStayPacked({ layers, layout, precision }: QuantizedLayers): boolean {
  if (precision !== 'exact') return precision === 'fast'
  const isLarge = layers.some(
    ({ weight }) => weight.shape[0] * weight.shape[1] > packedFromElements,
  )
  return layout.bits === 4 && isLarge
}

function quantizedProduct(builder: GraphBuilder, x: Value, options: QuantizedLayers): Value {
  const { layers, precision } = options
  if (staysPacked(options)) return packedProduct(builder, x, options)
  const dtype = computeDtype(precision)
  const refs = layers.map(({ weight }) => weight)
  const weight = stackedFloatWeight(builder, refs, dtype)
  return floatProduct(builder, x, { weight, bias: stackedBias(builder, layers, dtype) })
}

/** All biases as one; null when no layer has one. Throws `unsupported` when only some have. */
function stackedBias(
  builder: GraphBuilder,
  layers: readonly LinearWeights[],
  dtype: 'float32' | 'float16',
): Value | null {
  const biases = layers.flatMap(({ bias }) => (bias === null ? [] : [bias]))
  if (biases.length === 0) return null
  if (biases.length === layers.length) return stackedFloatWeight(builder, biases, dtype)
  throw new ActbenchError({
    code: 'unsupported',
    message: `${biases[0].name}: expected a bias on all of ${layers.map(({ weight }) => weight.name).join(', ')} or on none.`,
  })
}

function floatProduct(
  builder: GraphBuilder,
  x: Value,
  options: { readonly weight: Value; readonly bias: Value | null },
): Value {
  const { weight, bias } = options
  const [out, inner] = weight.shape.map(Number)
  if (x.shape.length === 2) return builder.gemmTransB(x, weight, bias)
  const rows = builder.reshape(x, [-1, inner])
  const product = builder.gemmTransB(rows, weight, bias)
  const shape = [...x.shape.slice(0, -1), out]
  return builder.reshapeTo(product, leadingSizes(builder, x, out), shape)
}

/** The sizes of x with the last one replaced, as an int64 vector computed in the graph. */
function leadingSizes(builder: GraphBuilder, x: Value, last: number): Value {
  const leading = builder.shapeOf(x, 0, x.shape.length - 1)
  return builder.concat([leading, builder.int64([last])], 0)
}

function packedProduct(builder: GraphBuilder, x: Value, options: QuantizedLayers): Value {
  const { layers, layout, precision } = options
  const refs = layers.map(({ weight }) => weight)
  const { quants, scales, offsets } = packedWeight(builder, refs, layout)
  const attributes = {
    K: int(refs[0].shape[1]),
    N: int(refs.reduce((sum, ref) => sum + ref.shape[0], 0)),
    bits: int(layout.bits),
    block_size: int(layout.blockSize),
    accuracy_level: int(precision === 'fast' ? roundedToInt8 : keptInFloat32),
  }
  const bias = stackedBias(builder, layers, 'float32')
  const inputs = [x, quants, scales, null, null, bias]
  const [product] = builder.emit('MatMulNBits', inputs, { domain: microsoft, attributes })
  if (offsets === null) return product
  return builder.add(product, builder.matmul(blockSums(builder, x, layout.blockSize), offsets))
}

/** x [..., in] -> [..., in / blockSize], each the sum of one block's activations. */
function blockSums(builder: GraphBuilder, x: Value, blockSize: number): Value {
  const leading = x.shape.slice(0, -1).map(() => 0)
  const width = x.shape[x.shape.length - 1]
  const blocks = typeof width === 'number' ? width / blockSize : -1
  return builder.reduceSum(builder.reshape(x, [...leading, blocks, blockSize]), [-1], false)
}

function checkWidth(x: Value, weight: TensorRef): void {
  const width = x.shape[x.shape.length - 1]
  if (weight.shape.length === 2 && weight.shape[1] === width) return
  throw new ActbenchError({
    code: 'shape-mismatch',
    message: `${weight.name}: expected [out, ${width}], found [${weight.shape.join(', ')}].`,
  })
}
