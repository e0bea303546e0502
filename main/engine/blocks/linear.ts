/**
 * y = x W^T + b, by precision and by how W is stored.
 *
 * exact: float32 arithmetic on the checkpoint's own values. 4-bit formats stay packed (MatMulNBits at accuracy level 0
 *   unpacks to float32, equal to rounding and faster); wider ones are dequantised, because ONNX Runtime has no fast
 *   float32 kernel for them.
 * fast: block-quantised weights stay packed and activations are rounded to int8 per block inside the product (accuracy
 *   level 4, about 0.5 % noise a product). Plain floating-point weights are used as in exact.
 * float16: weights and products in half precision, for GPUs.
 *
 * Formats with a minimum (Q4_1, Q4_K, ...) are w = (q - centre) * scale + offset; the offsets' part of the product is
 * the float32 product of x's block sums with the offsets, exact in every precision.
 */
import { ActbenchError } from '#contract/errors'
import type { TensorRef } from '../checkpoint/types.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { int, microsoft } from '../graph/operations.ts'
import type { PackedFormat } from './packing.ts'
import { packedFormat } from './packing.ts'
import type { Precision } from './weights.ts'
import { computeDtype, floatWeight, packedWeight } from './weights.ts'

export interface LinearWeights {
  /** [out, in] */
  readonly weight: TensorRef
  /** [out] */
  readonly bias: TensorRef | null
}

/** MatMulNBits: 0 keeps activations in float32, 4 rounds them to int8 by block. */
const accuracyLevel = { exact: 0, fast: 4 } as const

/** x [..., in] -> [..., out]. Throws `shape-mismatch` naming the tensor when the widths differ. */
export function linear(
  builder: GraphBuilder,
  x: Value,
  options: LinearWeights & { readonly precision: Precision },
): Value {
  const { weight, bias, precision } = options
  checkWidth(x, weight)
  const packed = packedFormat(weight.encoding)
  const staysPacked = packed !== null && (precision === 'fast' || packed.bits === 4)
  if (precision === 'float16' || !staysPacked) return floatProduct(builder, x, options)
  const biasValue = bias === null ? null : floatWeight(builder, bias, 'float32')
  return packedProduct(builder, x, { weight, bias: biasValue, format: packed, precision })
}

function floatProduct(
  builder: GraphBuilder,
  x: Value,
  options: LinearWeights & { readonly precision: Precision },
): Value {
  const dtype = computeDtype(options.precision)
  const weight = floatWeight(builder, options.weight, dtype)
  const bias = options.bias === null ? null : floatWeight(builder, options.bias, dtype)
  const [out, inner] = options.weight.shape
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

function packedProduct(
  builder: GraphBuilder,
  x: Value,
  options: {
    readonly weight: TensorRef
    readonly bias: Value | null
    readonly format: PackedFormat
    readonly precision: 'exact' | 'fast'
  },
): Value {
  const { weight, bias, format, precision } = options
  const { quants, scales, offsets } = packedWeight(builder, weight, format)
  const [out, inner] = weight.shape
  const attributes = {
    K: int(inner),
    N: int(out),
    bits: int(format.bits),
    block_size: int(format.blockSize),
    accuracy_level: int(accuracyLevel[precision]),
  }
  const inputs = [x, quants, scales, null, null, bias]
  const [product] = builder.emit('MatMulNBits', inputs, { domain: microsoft, attributes })
  if (offsets === null) return product
  return builder.add(product, builder.matmul(blockSums(builder, x, format.blockSize), offsets))
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
