/** The forward computation as plain frozen data. Nodes are never edited in place: every pass returns a new graph. */

export type Dtype =
  'float32' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'int8' | 'uint8' | 'bool'

/** A size, or the name of one that is only known when the graph runs (`batch`, `seq`). `?...` fits anything. */
export type Dim = number | string
export type Shape = readonly Dim[]

export interface Value {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: Shape
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'graph'; readonly value: Graph }

export interface Node {
  /** Unique path: `blocks.3.attn.q_proj/MatMul`. */
  readonly name: string
  readonly op: string
  /** '' is the ONNX standard domain. */
  readonly domain: string
  /** null is an optional input left out. */
  readonly inputs: readonly (Value | null)[]
  readonly outputs: readonly Value[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

export type InlineData =
  Float32Array | Uint16Array | BigInt64Array | Int32Array | Int8Array | Uint8Array

/** A constant: small and inline, straight from a checkpoint file, or computed from one when the graph is written. */
export type Initializer =
  | { readonly kind: 'inline'; readonly value: Value; readonly data: InlineData }
  | {
      readonly kind: 'external'
      readonly value: Value
      /** Absolute path. */
      readonly file: string
      readonly offset: number
      readonly byteLength: number
    }
  | {
      readonly kind: 'generated'
      readonly value: Value
      readonly byteLength: number
      /** Identifies the content: two initializers with equal keys hold equal bytes. */
      readonly key: string
      /** Little-endian bytes, `byteLength` of them. Called once, when the graph is written. */
      readonly produce: () => Uint8Array
    }

/** The functions that a paper may replace, and the groups of nodes for which a fused operator exists. */
export type RegionKind =
  | 'silu'
  | 'gelu'
  | 'gelu-tanh'
  | 'relu'
  | 'tanh'
  | 'softmax'
  | 'rms-norm'
  | 'layer-norm'
  | 'rope'
  | 'attention'

/** Marks the nodes that together compute one function, so that no pass has to guess patterns. */
export interface Region {
  readonly name: string
  readonly kind: RegionKind
  /** Names of the nodes inside. */
  readonly nodes: readonly string[]
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly parameters: Readonly<Record<string, number>>
}

export interface Graph {
  readonly name: string
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /** In topological order. */
  readonly nodes: readonly Node[]
  readonly initializers: ReadonlyMap<string, Initializer>
  /** Site name (TransformerLens vocabulary) -> the value there. */
  readonly sites: ReadonlyMap<string, Value>
  readonly regions: ReadonlyMap<string, Region>
}

const bytesPerElement: Readonly<Record<Dtype, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int8: 1,
  uint8: 1,
  bool: 1,
}

/** Bytes of one element of `dtype`. */
export function sizeOf(dtype: Dtype): number {
  return bytesPerElement[dtype]
}

/** Number of elements, or null when a dimension is symbolic. */
export function elementCount(shape: Shape): number | null {
  let count = 1
  for (const dim of shape) {
    if (typeof dim !== 'number') return null
    count *= dim
  }
  return count
}

/** `float32[batch, seq, 576]`, for messages and printed graphs. */
export function describeValue(value: Value): string {
  return `${value.dtype}[${value.shape.join(', ')}]`
}
