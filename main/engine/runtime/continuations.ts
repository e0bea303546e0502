/**
 * Log-probabilities of several continuations of one context, as multiple choice wants them: the context goes through the model once,
 * and what follows it reads its key-value cache. A continuation of one token costs no further run.
 */
import { setImmediate } from 'node:timers/promises'
import { ActbenchError } from '#contract/errors'
import { throwIfCancelled } from './cancel.ts'
import type { KvCache } from './kv-cache.ts'
import { gatherRows } from './kv-cache.ts'
import { columns, readAhead } from './read-ahead.ts'
import type { StepRequest, StepResult, Stepper } from './stepper.ts'
import type { ContinuationResult, ContinuationRow, ScoreOptions } from './types.ts'

export interface ContinuationSettings extends ScoreOptions {
  /** Tokens of one run at most, padding included, as long as it holds more than one row. */
  readonly tokensTogether: number
}

/** A row with what is known of its continuations so far. */
interface Entry extends ContinuationRow {
  readonly index: number
  readonly logProbs: readonly Float32Array[]
  readonly isGreedy: boolean[]
}

/** The part of a continuation behind its first token, on the cached context of its row. */
interface Tail {
  readonly entry: Entry
  /** Place of the row in the cache. */
  readonly row: number
  /** Place of the continuation in its row. */
  readonly at: number
  readonly ids: readonly number[]
}

const greedy = { temperature: 0, topK: 0, topP: 1 } as const

/** See CausalRunner.scoreContinuations: results come in batches of similar length, each with the index of its row. */
export async function* scoreContinuations(
  stepper: Stepper,
  rows: readonly ContinuationRow[],
  settings: ContinuationSettings,
): AsyncGenerator<ContinuationResult> {
  const entries = rows.map((row, index) => toEntry(row, index, stepper.vocab))
  const ordered = entries.toSorted((a, b) => b.context.length - a.context.length)
  for (const batch of batchesOf(ordered, ({ context }) => context.length, settings)) {
    throwIfCancelled(settings.signal)
    const cache = await readContexts(stepper, batch, settings.signal)
    if (cache !== null) await readTails(stepper, { batch, cache }, settings)
    yield* batch.map(toResult)
  }
}

function toEntry(row: ContinuationRow, index: number, vocab: number): Entry {
  const { context, continuations } = row
  const isToken = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < vocab
  const isFilled = [context, ...continuations].every((ids) => ids.length > 0)
  if (!isFilled || ![context, ...continuations].every((ids) => ids.every(isToken))) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: isFilled
        ? `Row ${index}: expected token ids below ${vocab}.`
        : `Row ${index}: expected a context and continuations of at least one token each.`,
    })
  }
  return {
    ...row,
    index,
    logProbs: continuations.map((ids) => new Float32Array(ids.length)),
    isGreedy: continuations.map(() => true),
  }
}

/** Neighbours in `items` that share a run: as many as the settings let, padded to the longest of them. */
function batchesOf<T>(
  items: readonly T[],
  lengthOf: (item: T) => number,
  { batchSize, tokensTogether }: ContinuationSettings,
): T[][] {
  const batches: T[][] = []
  let widest = 0
  for (const item of items) {
    const batch = batches.at(-1)
    const width = Math.max(widest, lengthOf(item))
    const fits =
      batch !== undefined &&
      batch.length < batchSize &&
      width * (batch.length + 1) <= tokensTogether
    if (fits) {
      batch.push(item)
      widest = width
    } else {
      batches.push([item])
      widest = lengthOf(item)
    }
  }
  return batches
}

/** Reads the first token of every continuation; returns the cache of the contexts where one has more tokens than that. */
async function readContexts(
  stepper: Stepper,
  batch: readonly Entry[],
  signal: AbortSignal | undefined,
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
  const { cache, start } = await readAhead(stepper, { ids, seq, pad }, signal)
  const width = seq - start
  const result = await runOnce(stepper, {
    ids: columns(ids, seq, { start, end: seq }),
    batch: batch.length,
    cache,
    select: batch.map((_, row) => row * width + width - 1),
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

/** The rest of the continuations, in runs of similar length. */
async function readTails(
  stepper: Stepper,
  { batch, cache }: { batch: readonly Entry[]; cache: KvCache },
  settings: ContinuationSettings,
): Promise<void> {
  const tails = batch.flatMap((entry, row) =>
    entry.continuations.flatMap((ids, at): Tail[] =>
      ids.length > 1 ? [{ entry, row, at, ids }] : [],
    ),
  )
  const ordered = tails.toSorted((a, b) => b.ids.length - a.ids.length)
  // Every choice of a full batch may share a run; what it costs is bounded by its tokens and the cache that it copies.
  const together = { ...settings, batchSize: settings.batchSize * 4 }
  const lengthOf = (tail: Tail): number =>
    tail.ids.length + Math.ceil(tail.entry.context.length / 8)
  for (const [width, alike] of Map.groupBy(ordered, ({ ids }) => paddedWidth(ids.length - 1))) {
    for (const group of batchesOf(alike, lengthOf, together)) {
      throwIfCancelled(settings.signal)
      await readTailGroup(stepper, { group, width, cache })
      await setImmediate()
    }
  }
}

/**
 * Columns of a run in which so many tokens are read, from their number alone: masks that ask how far a run reaches, or whether it
 * is a single token (then it counts as generated), would otherwise see what else is in it.
 */
function paddedWidth(tokens: number): number {
  if (tokens <= 2) return 2
  return tokens <= 4 ? 4 : 8 * Math.ceil(tokens / 8)
}

/**
 * Shorter tails are padded at their end: in a causal model nothing before it can see that. The last token of each is scored but
 * never read.
 */
async function readTailGroup(
  stepper: Stepper,
  { group, width, cache }: { group: readonly Tail[]; width: number; cache: KvCache },
): Promise<void> {
  const places = group.flatMap(({ ids }, row) =>
    ids.slice(1).map((target, column) => ({ row, column, target })),
  )
  const result = await runOnce(stepper, {
    ids: group.flatMap(({ ids }) => [
      ...ids.slice(0, -1),
      ...Array.from({ length: width - (ids.length - 1) }, () => 0),
    ]),
    batch: group.length,
    cache: gatherRows(group.map(({ row }) => ({ cache, row }))),
    select: places.map(({ row, column }) => row * width + column),
    forced: places.map(({ target }) => target),
    watchIds: [],
    keepsCache: false,
  })
  for (const [index, { row, column, target }] of places.entries()) {
    const { entry, at } = group[row]
    entry.logProbs[at][column + 1] = result.logProbs[index]
    if (Number(result.best[index]) !== target) entry.isGreedy[at] = false
  }
}

function runOnce(
  stepper: Stepper,
  request: Pick<
    StepRequest,
    'ids' | 'batch' | 'cache' | 'select' | 'forced' | 'watchIds' | 'keepsCache'
  >,
): Promise<StepResult> {
  const { select } = request
  return stepper.run({
    ...request,
    steps: 1,
    sampling: greedy,
    stopIds: [],
    finishedLimit: select.length,
  })
}

function toResult({ index, logProbs, isGreedy }: Entry): ContinuationResult {
  return {
    index,
    continuations: logProbs.map((values, at) => ({ logProbs: values, isGreedy: isGreedy[at] })),
  }
}
