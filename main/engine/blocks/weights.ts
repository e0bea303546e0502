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
import { packedFormat, packOffsets, packQuants, packScales } from './packing.ts'

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
 * dequantised (and an adapter's change added) once into the cache file.
 */
export function floatWeight(
  builder: GraphBuilder,
  ref: TensorRef,
  dtype: 'float32' | 'float16',
): Value {
  if (storedDtype(ref) === null) return stackedFloatWeight(builder, [ref], dtype)
  return builder.cast(storedWeight(builder, ref), dtype)
}

/** The tensor as it lies in the file. Throws `internal` for one that is block-quantised or has an adapter. */
export function storedWeight(builder: GraphBuilder, ref: TensorRef): Value {
  const dtype = storedDtype(ref)
  if (dtype === null) throw unexpected(ref, 'plain floating point')
  const { file, offset, byteLength } = ref
  const value = { name: ref.name, dtype, shape: ref.shape }
  return builder.initializer({ kind: 'external', value, file, offset, byteLength })
}

/** How the values of a tensor lie in its file; null when they have to be computed. */
function storedDtype(ref: TensorRef): Dtype | null {
  return ref.lowRank === undefined ? (storedDtypes[ref.encoding] ?? null) : null
}

function unexpected(ref: TensorRef, expected: string): ActbenchError {
  const adapted = ref.lowRank === undefined ? '' : ' with an adapter'
  return new ActbenchError({
    code: 'internal',
    message: `${ref.name}: expected ${expected}, found ${ref.encoding}${adapted}.`,
  })
}

function dequantized(refs: readonly TensorRef[], dtype: 'float32' | 'float16'): Initializer {
  return generated(refs, { part: dtype, dtype, shape: stackedShape(refs) }, () => {
    const values = concatenate(refs.map(readTensorF32))
    return bytesOf(dtype === 'float16' ? f32ArrayToF16(values) : values)
  })
}

/**
 * Matrices of one width above each other (or vectors one after another), computed into the cache file. Unpacking 8-bit
 * weights by operators that ONNX Runtime folds at load would make the file a third as large, but took 45 s and 7.7 GB
 * for 0.5 billion weights, against 5.5 s and 2.5 GB.
 */
export function stackedFloatWeight(
  builder: GraphBuilder,
  refs: readonly TensorRef[],
  dtype: 'float32' | 'float16',
): Value {
  return builder.initializer(dequantized(refs, dtype))
}

function stackedShape(refs: readonly TensorRef[]): readonly number[] {
  const rows = refs.reduce((sum, ref) => sum + ref.shape[0], 0)
  return [rows, ...refs[0].shape.slice(1)]
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export interface PackedWeight {
  /** uint8 [rows, blocks, blockSize * bits / 8] */
  readonly quants: Value
  /** float32 [rows * blocks] */
  readonly scales: Value
  /** float32 [blocks, rows], to multiply with sums over blocks; null for symmetric formats. */
  readonly offsets: Value | null
}

/** What tensors must have in common to be packed above each other. */
export type PackedLayout = Pick<PackedFormat, 'bits' | 'blockSize' | 'hasOffsets'>

/** One or several block-quantised matrices [rows, columns] of one layout, above each other, for MatMulNBits. */
export function packedWeight(
  builder: GraphBuilder,
  refs: readonly TensorRef[],
  layout: PackedLayout,
): PackedWeight {
  const { bits, blockSize } = layout
  const [rows, columns] = stackedShape(refs)
  const blocks = columns / blockSize
  const stack = (part: string, dtype: Dtype, shape: readonly number[], produce: ProducePart) =>
    builder.initializer(generated(refs, { part, dtype, shape }, () => join(refs, produce)))
  const quantShape = [rows, blocks, (blockSize * bits) / 8]
  const quants = stack('quants', 'uint8', quantShape, packQuants)
  const scales = stack('scales', 'float32', [rows * blocks], (format, bytes) =>
    bytesOf(packScales(format, bytes)),
  )
  if (!layout.hasOffsets) return { quants, scales, offsets: null }
  const shape = { part: 'offsets', dtype: 'float32', shape: [blocks, rows] } as const
  const offsets = builder.initializer(generated(refs, shape, () => stackOffsets(refs, blocks)))
  return { quants, scales, offsets }
}

type ProducePart = (format: PackedFormat, bytes: Uint8Array) => Uint8Array

function formatOf(ref: TensorRef): PackedFormat {
  const format = packedFormat(ref.encoding)
  if (format !== null && ref.lowRank === undefined) return format
  throw unexpected(ref, 'a block-quantised tensor')
}

function join(refs: readonly TensorRef[], produce: ProducePart): Uint8Array {
  return Buffer.concat(refs.map((ref) => produce(formatOf(ref), readTensorBytes(ref))))
}

/** [blocks, rows of all]: each tensor's columns beside those of the one before. */
function stackOffsets(refs: readonly TensorRef[], blocks: number): Uint8Array {
  const [total] = stackedShape(refs)
  const out = new Float32Array(blocks * total)
  let column = 0
  for (const ref of refs) {
    const [rows] = ref.shape
    const offsets = packOffsets(formatOf(ref), readTensorBytes(ref), rows)
    for (let block = 0; block < blocks; block++) {
      out.set(offsets.subarray(block * rows, (block + 1) * rows), block * total + column)
    }
    column += rows
  }
  return bytesOf(out)
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
    const initializer = generated([ref], { part, ...parts[part] }, produce)
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
  refs: readonly TensorRef[],
  part: { part: string; dtype: Dtype; shape: readonly number[] },
  produce: () => Uint8Array,
): Initializer {
  const count = elementCount(part.shape) ?? 0
  return {
    kind: 'generated',
    value: {
      name: `${refs.map((ref) => ref.name).join('+')}/${part.part}`,
      dtype: part.dtype,
      shape: part.shape,
    },
    byteLength: count * sizeOf(part.dtype),
    key: `${layoutVersion} ${part.part} ${refs.map(identity).join(' + ')}`,
    produce,
  }
}

/** Path, size and time of change tell one version of a file from another without reading it. */
function identity({ file, offset, byteLength, encoding, lowRank }: TensorRef): string {
  const { size, mtimeMs } = statSync(file)
  const own = `${file} ${size} ${mtimeMs} ${offset} ${byteLength} ${encoding}`
  if (lowRank === undefined) return own
  const { a, b, scale, interleavedHead } = lowRank
  return `${own} (+ ${scale} ${identity(b)} * ${identity(a)}, head ${interleavedHead ?? 'none'})`
}

function bytesOf(data: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
