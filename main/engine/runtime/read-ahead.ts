/** Long prompts go through the model in pieces that fit into memory. */
import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from './cancel.ts'
import type { KvCache } from './kv-cache.ts'
import { emptyCache } from './kv-cache.ts'
import { largestWidth, pieces } from './segments.ts'
import type { Stepper, StepRequest } from './stepper.ts'

/** Brings all but the last piece of long prompts into the cache; `start` is where the last piece begins, `textTokens` how long each is. */
export async function readAhead(
  stepper: Stepper,
  prompts: { ids: readonly number[]; seq: number; pad: readonly number[] },
  signal: AbortSignal | undefined,
): Promise<{ cache: KvCache; start: number; textTokens: readonly number[] }> {
  const { ids, seq, pad } = prompts
  const width = largestWidth({ ...stepper, rows: pad.length, seq })
  const parts = pieces(seq, width)
  const textTokens = pad.map((padding) => seq - padding)
  let cache = emptyCache(stepper.shape, pad)
  for (const piece of parts.slice(0, -1)) {
    cache = await readInto(stepper, { ids: columns(ids, seq, piece), cache, textTokens })
    await setImmediate()
    throwIfCancelled(signal)
  }
  return { cache, start: parts[parts.length - 1].start, textTokens }
}

/** The cache after these tokens of its rows, [rows, tokens]. */
export async function readInto(
  stepper: Stepper,
  read: Pick<StepRequest, 'ids' | 'cache' | 'textTokens'>,
): Promise<KvCache> {
  const result = await stepper.run({
    ...read,
    batch: read.cache.pad.length,
    steps: 1,
    select: [0],
    sampling: { temperature: 0, topK: 0, topP: 1 },
    stopIds: [],
    finishedLimit: 1,
    watchIds: [],
    keepsCache: true,
  })
  return result.cache ?? read.cache
}

/** Columns [start, end) of a row-major matrix with `seq` columns. */
export function columns(
  ids: readonly number[],
  seq: number,
  { start, end }: { start: number; end: number },
): number[] {
  const rows = ids.length / seq
  return Array.from({ length: rows }, (_, row) =>
    ids.slice(row * seq + start, row * seq + end),
  ).flat()
}
