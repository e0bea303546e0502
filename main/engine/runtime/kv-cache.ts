/** The key-value cache between runs, as plain arrays: keeping rows, joining batches, dropping common padding. */
import type { TensorLike } from './types.ts'

type CacheArray = Float32Array | Uint16Array

export interface KvCache {
  readonly dtype: 'float32' | 'float16'
  readonly nKvHeads: number
  readonly dHead: number
  /** Cached positions of each row, padding included. */
  readonly length: number
  /** Padding at the left of each row. */
  readonly pad: readonly number[]
  /** Key and value of each block in turn, [rows, nKvHeads, length, dHead]. */
  readonly arrays: readonly CacheArray[]
}

export type KvShape = Pick<KvCache, 'dtype' | 'nKvHeads' | 'dHead'> & { readonly nLayers: number }

/** No cached positions yet, for rows with the given padding. */
export function emptyCache(shape: KvShape, pad: readonly number[]): KvCache {
  const { dtype, nKvHeads, dHead, nLayers } = shape
  const arrays = Array.from({ length: 2 * nLayers }, () => allocate(dtype, 0))
  return { dtype, nKvHeads, dHead, length: 0, pad, arrays }
}

function allocate(dtype: 'float32' | 'float16', length: number): CacheArray {
  return dtype === 'float32' ? new Float32Array(length) : new Uint16Array(length)
}

export interface RowSource {
  readonly cache: KvCache
  readonly row: number
}

/**
 * A cache of the given rows, in order, taken from any caches. Rows keep their tokens at the right; padding that all of
 * them would have is dropped. Keys were rotated by position in the row, not in the batch, so they may move.
 */
export function gatherRows(sources: readonly RowSource[]): KvCache {
  const { dtype, nKvHeads, dHead, arrays } = sources[0].cache
  const tokens = sources.map(({ cache, row }) => cache.length - cache.pad[row])
  const length = Math.max(...tokens)
  const stride = nKvHeads * length * dHead
  const gathered = arrays.map((_, index) => {
    const target = allocate(dtype, sources.length * stride)
    for (const [at, { cache, row }] of sources.entries()) {
      for (let head = 0; head < nKvHeads; head++) {
        const from = (row * nKvHeads + head) * cache.length + cache.pad[row]
        const values = cache.arrays[index].subarray(from * dHead, (from + tokens[at]) * dHead)
        target.set(values, at * stride + (head * length + length - tokens[at]) * dHead)
      }
    }
    return target
  })
  const pad = tokens.map((count) => length - count)
  return { dtype, nKvHeads, dHead, length, pad, arrays: gathered }
}

/** The first `length` positions of a cache of one unpadded row, `count` times. */
export function repeatRow(
  { dtype, nKvHeads, dHead, length: cached, arrays }: KvCache,
  { length, count }: { readonly length: number; readonly count: number },
): KvCache {
  const repeated = arrays.map((source) => {
    const target = allocate(dtype, count * nKvHeads * length * dHead)
    for (let at = 0; at < count * nKvHeads; at++) {
      const from = (at % nKvHeads) * cached * dHead
      target.set(source.subarray(from, from + length * dHead), at * length * dHead)
    }
    return target
  })
  const pad = new Array<number>(count).fill(0)
  return { dtype, nKvHeads, dHead, length, pad, arrays: repeated }
}

/** The cache after a run: what came out, with the padding that the rows had. */
export function cacheFromOutputs(
  shape: KvShape,
  pad: readonly number[],
  outputs: readonly TensorLike[],
): KvCache {
  const arrays = outputs.map((tensor) => {
    if (tensor.data instanceof Float32Array || tensor.data instanceof Uint16Array)
      return tensor.data
    throw new TypeError(`A key-value cache of ${tensor.dtype} does not exist.`)
  })
  const { dtype, nKvHeads, dHead } = shape
  return { dtype, nKvHeads, dHead, length: outputs[0].shape[2], pad, arrays }
}

/** Feeds `initial_key.{i}` and `initial_value.{i}`. */
export function cacheFeeds(cache: KvCache): readonly (readonly [string, TensorLike])[] {
  const { dtype, nKvHeads, dHead, length, pad, arrays } = cache
  const shape = [pad.length, nKvHeads, length, dHead]
  return arrays.map((data, index) => {
    const name = `initial_${index % 2 === 0 ? 'key' : 'value'}.${index >> 1}`
    return [name, { dtype, shape, data } as TensorLike] as const
  })
}
