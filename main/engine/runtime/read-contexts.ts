/** Contexts by themselves: the first token of each continuation, and a cache for whatever follows it. */
import { setImmediate } from 'node:timers/promises'
import type { BranchOptions } from './branch-run.ts'
import type { Entry } from './continuation-parts.ts'
import type { KvCache } from './kv-cache.ts'
import { columns, readAhead } from './read-ahead.ts'
import type { Stepper } from './stepper.ts'

/** Reads the first token of every continuation; returns the cache of the contexts where one has more tokens than that. */
export async function readContexts(
  stepper: Stepper,
  batch: readonly Entry[],
  { signal, onRead }: BranchOptions,
): Promise<KvCache | null> {
  const seq = Math.max(...batch.map(({ context }) => context.length))
  const pad = batch.map(({ context }) => seq - context.length)
  const ids = batch.flatMap(({ context }, row) => [
    ...Array.from({ length: pad[row] }, () => 0),
    ...context,
  ])
  const watchIds = [
    ...new Set(batch.flatMap(({ continuations }) => continuations.map((one) => one[0]))),
  ]
  const hasTails = batch.some(({ continuations }) => continuations.some((one) => one.length > 1))
  const { cache, start, textTokens } = await readAhead(stepper, { ids, seq, pad }, signal)
  const width = seq - start
  onRead?.(batch.length * seq)
  const result = await stepper.run({
    ids: columns(ids, seq, { start, end: seq }),
    textTokens,
    batch: batch.length,
    cache,
    steps: 1,
    select: batch.map((_, row) => row * width + width - 1),
    sampling: { temperature: 0, topK: 0, topP: 1 },
    stopIds: [],
    finishedLimit: batch.length,
    watchIds,
    keepsCache: hasTails,
  })
  for (const [row, entry] of batch.entries()) {
    for (const [at, [first]] of entry.continuations.entries()) {
      entry.logProbs[at][0] = result.watched[row * watchIds.length + watchIds.indexOf(first)]
      entry.isGreedy[at] = Number(result.best[row]) === first
    }
  }
  await setImmediate()
  return result.cache
}
