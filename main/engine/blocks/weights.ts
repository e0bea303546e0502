/** Checkpoint tensors as graph constants: by reference where ONNX Runtime can read them, repacked where it cannot. */
import { statSync } from 'node:fs'
import { ActbenchError } from '#contract/errors'
import { readTensorBytes, readTensorF32 } from '../checkpoint/read.ts'
import type { TensorRef } from '../checkpoint/types.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Dtype, Initializer, Value } from '../graph/ir.ts'
import { elementCount, sizeOf } from '../graph/ir.ts'
import { f32ArrayToF16 } from '../tensor/half.ts'
import type { PackedFormat } from './packing.ts'
import { packOffsets, packQuants, packScales } from './packing.ts'

/** What a configuration may ask for: see blocks/linear.ts. */
export type Precision = 'exact' | 'fast' | 'float16'

/** Changes whenever a packed layout changes, so that old cache files are not read as new ones. */
const layoutVersion = 1

const storedDtypes: Partial<Record<TensorRef['encoding'], Dtype>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
}

/** The dtype that activations have in a precision. */
export function computeDtype(precision: Precision): 'float32' | 'float16' {
  return precision === 'float16' ? 'float16' : 'float32'
}

/**
 * The tensor in a floating dtype: straight from the file (cast in the graph where it is stored otherwise), or
 * dequantised once into the cache file.
 */
export function floatWeight(
  builder: GraphBuilder,
  ref: TensorRef,
  dtype: 'float32' | 'float16',
): Value {
  const stored = storedDtypes[ref.encoding]
  if (stored === undefined) return builder.initializer(dequantized(ref, dtype))
  return builder.cast(storedWeight(builder, ref), dtype)
}

/** The tensor as it lies in the file. Throws `internal` for a block-quantised one. */
export function storedWeight(builder: GraphBuilder, ref: TensorRef): Value {
  const dtype = storedDtypes[ref.encoding]
  if (dtype === undefined) {
    throw new ActbenchError({
      code: 'internal',
      message: `${ref.name}: expected plain floating point, found ${ref.encoding}.`,
    })
  }
  const { file, offset, byteLength } = ref
  const value = { name: ref.name, dtype, shape: ref.shape }
  return builder.initializer({ kind: 'external', value, file, offset, byteLength })
}

function dequantized(ref: TensorRef, dtype: 'float32' | 'float16'): Initializer {
  return generated(ref, { part: dtype, dtype, shape: ref.shape }, () => {
    const values = readTensorF32(ref)
    return bytesOf(dtype === 'float16' ? f32ArrayToF16(values) : values)
  })
}

export interface PackedWeight {
  /** uint8 [rows, blocks, blockSize * bits / 8] */
  readonly quants: Value
  /** float32 [rows * blocks] */
  readonly scales: Value
  /** float32 [blocks, rows], to multiply with sums over blocks; null for symmetric formats. */
  readonly offsets: Value | null
}

/** A block-quantised matrix [rows, columns] for MatMulNBits. */
export function packedWeight(
  builder: GraphBuilder,
  ref: TensorRef,
  format: PackedFormat,
): PackedWeight {
  const [rows, columns] = ref.shape
  const blocks = columns / format.blockSize
  const quants = builder.initializer(
    generated(
      ref,
      {
        part: 'quants',
        dtype: 'uint8',
        shape: [rows, blocks, (format.blockSize * format.bits) / 8],
      },
      () => packQuants(format, readTensorBytes(ref)),
    ),
  )
  const scales = builder.initializer(
    generated(ref, { part: 'scales', dtype: 'float32', shape: [rows * blocks] }, () =>
      bytesOf(packScales(format, readTensorBytes(ref))),
    ),
  )
  if (!format.hasOffsets) return { quants, scales, offsets: null }
  const offsets = builder.initializer(
    generated(ref, { part: 'offsets', dtype: 'float32', shape: [blocks, rows] }, () =>
      bytesOf(packOffsets(format, readTensorBytes(ref), rows)),
    ),
  )
  return { quants, scales, offsets }
}

/** The same bytes once more under the shapes of GatherBlockQuantized: quants [rows, columns], scales [rows, blocks]. */
export function packedTable(
  builder: GraphBuilder,
  ref: TensorRef,
  format: PackedFormat,
): { readonly quants: Value; readonly scales: Value } {
  const [rows, columns] = ref.shape
  const parts = {
    quants: { dtype: 'uint8', shape: [rows, (columns * format.bits) / 8] },
    scales: { dtype: 'float32', shape: [rows, columns / format.blockSize] },
  } as const
  const table = (part: 'quants' | 'scales', produce: () => Uint8Array) => {
    const initializer = generated(ref, { part, ...parts[part] }, produce)
    return builder.initializer({
      ...initializer,
      value: { ...initializer.value, name: `${initializer.value.name}/table` },
    })
  }
  return {
    quants: table('quants', () => packQuants(format, readTensorBytes(ref))),
    scales: table('scales', () => bytesOf(packScales(format, readTensorBytes(ref)))),
  }
}

function generated(
  ref: TensorRef,
  part: { part: string; dtype: Dtype; shape: readonly number[] },
  produce: () => Uint8Array,
): Initializer {
  const count = elementCount(part.shape) ?? 0
  return {
    kind: 'generated',
    value: { name: `${ref.name}/${part.part}`, dtype: part.dtype, shape: part.shape },
    byteLength: count * sizeOf(part.dtype),
    key: `${layoutVersion} ${fileIdentity(ref.file)} ${ref.offset} ${ref.byteLength} ${ref.encoding} ${part.part}`,
    produce,
  }
}

/** Path, size and time of change: what tells one version of a file from another without reading it. */
function fileIdentity(file: string): string {
  const { size, mtimeMs } = statSync(file)
  return `${file} ${size} ${mtimeMs}`
}

function bytesOf(data: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
