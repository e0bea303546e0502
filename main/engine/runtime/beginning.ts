/** The beginning that many contexts share (an instruction, worked examples): read once, its cache stands before each of them. */
import { setImmediate } from 'node:timers/promises'
import type { BranchOptions } from './branch-run.ts'
import { throwIfCancelled } from './cancel.ts'
import type { KvCache } from './kv-cache.ts'
import { emptyCache, repeatRow } from './kv-cache.ts'
import { readInto } from './read-ahead.ts'
import { largestWidth, pieces } from './segments.ts'
import type { Stepper } from './stepper.ts'

/** Fewer tokens are sooner read again than copied. */
const fewestShared = 32
/** What a few contexts happen to share beyond the kept beginning is not worth a run of its own. */
const fewestMore = 16

export interface Beginnings {
  /** Tokens at the start of all these contexts that need not be read again; every context keeps one of its own. */
  prepare(contexts: readonly (readonly number[])[], options: BranchOptions): Promise<number>
  /** Their cache for so many rows. */
  rows(tokens: number, count: number): KvCache
}

/** Nothing is kept: for models whose tokens may not be read in parts of our choosing. */
export function noBeginnings({ shape }: Stepper): Beginnings {
  return {
    prepare: () => Promise.resolve(0),
    rows: (_, count) => emptyCache(shape, new Array<number>(count).fill(0)),
  }
}

/** Keeps the last beginning that was read: contexts that share one should come one after the other. */
export function createBeginnings(stepper: Stepper): Beginnings {
  let kept: { readonly ids: readonly number[]; readonly cache: KvCache } | null = null
  let repeated: KvCache | null = null
  const start = noBeginnings(stepper)
  return {
    async prepare(contexts, options) {
      const shortest = Math.min(...contexts.map(({ length }) => length))
      const shared = Math.min(shortest - 1, commonStart(contexts))
      const known = kept === null ? 0 : Math.min(shared, commonStart([kept.ids, contexts[0]]))
      const isWorthIt = contexts.length > 1 && shared >= Math.max(fewestShared, known + fewestMore)
      if (!isWorthIt) return known >= fewestShared ? known : 0
      const ids = contexts[0].slice(0, shared)
      const cache =
        kept === null || known === 0
          ? emptyCache(stepper.shape, [0])
          : repeatRow(kept.cache, { length: known, count: 1 })
      kept = { ids, cache: await extend(stepper, { cache, ids }, options) }
      repeated = null
      return shared
    },
    rows(tokens, count) {
      if (kept === null || tokens === 0) return start.rows(0, count)
      if (repeated?.length !== tokens || repeated.pad.length !== count) {
        repeated = repeatRow(kept.cache, { length: tokens, count })
      }
      return repeated
    },
  }
}

/** Tokens that all of them begin with. */
function commonStart([first, ...others]: readonly (readonly number[])[]): number {
  const differs = (id: number, at: number) => others.some((other) => other[at] !== id)
  const at = first.findIndex(differs)
  return at < 0 ? first.length : at
}

/** Reads what a cache of one row does not have of `ids` yet. */
async function extend(
  stepper: Stepper,
  { cache: before, ids }: { readonly cache: KvCache; readonly ids: readonly number[] },
  { signal, onRead }: BranchOptions,
): Promise<KvCache> {
  const rest = ids.slice(before.length)
  const width = largestWidth({ ...stepper, rows: 1, seq: ids.length })
  let cache = before
  for (const { start, end } of pieces(rest.length, width)) {
    throwIfCancelled(signal)
    onRead?.(end - start)
    cache = await readInto(stepper, { ids: rest.slice(start, end), cache })
    await setImmediate()
  }
  return cache
}
