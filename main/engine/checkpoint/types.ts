/** What a checkpoint on disk is to the rest of the engine: named tensors by reference, never loaded as a whole. */

/** Stored element encodings that we read. The quantised ones are GGUF block formats. */
export type TensorEncoding =
  'F32' | 'F16' | 'BF16' | 'Q4_0' | 'Q4_1' | 'Q5_0' | 'Q5_1' | 'Q8_0' | 'Q4_K' | 'Q5_K' | 'Q6_K'

/** A tensor where it lies: nothing is read until somebody asks. */
export interface TensorRef {
  /** Name in the file (`blk.0.attn_q.weight`, `model.layers.0.self_attn.q_proj.weight`). */
  readonly name: string
  readonly encoding: TensorEncoding
  /** Row-major, outermost first: a linear layer's weight is [out, in]. GGUF's reversed order is undone. */
  readonly shape: readonly number[]
  /** Absolute path of the file that holds the bytes. */
  readonly file: string
  /** Bytes from the start of that file. */
  readonly offset: number
  readonly byteLength: number
  /** What an adapter adds to this matrix: whoever reads its values gets the sum. */
  readonly lowRank?: LowRankUpdate
}

/** scale * B A, added to a matrix [out, in] (Hu et al. 2021, arXiv 2106.09685, section 4.1). */
export interface LowRankUpdate {
  /** A, [rank, in] */
  readonly a: TensorRef
  /** B, [out, rank] */
  readonly b: TensorRef
  readonly scale: number
  /** Size of the heads whose rows the matrix has in interleaved order while B has not; null where both have one order. */
  readonly interleavedHead: number | null
}

export type MetadataValue =
  | string
  | number
  | bigint
  | boolean
  | readonly string[]
  | readonly number[]
  | readonly bigint[]
  | readonly boolean[]

export interface Checkpoint {
  readonly format: 'gguf' | 'safetensors'
  /** The path that was opened: a .gguf file or a directory. */
  readonly path: string
  /** All weight files, absolute. */
  readonly files: readonly string[]
  readonly tensors: ReadonlyMap<string, TensorRef>
  /** GGUF: `general.architecture`; safetensors: `model_type` of config.json. */
  readonly architecture: string
  /** GGUF key-value metadata; empty for safetensors. */
  readonly metadata: ReadonlyMap<string, MetadataValue>
  /** config.json of a safetensors directory; empty for GGUF. */
  readonly config: Readonly<Record<string, unknown>>
}
