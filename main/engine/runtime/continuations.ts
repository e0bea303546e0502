/**
 * Log-probabilities of several continuations of one context, as multiple choice wants them. What they share is read once: the
 * beginning that many contexts have in common, the context, and the tokens with which several continuations begin. The last token of
 * a continuation is never read, so one of a single token costs nothing.
 */
import { setImmediate } from 'node:timers/promises'
import { ActbenchError } from '#contract/errors'
import type { Beginnings } from './beginning.ts'
import { createBeginnings, noBeginnings } from './beginning.ts'
import type { BranchRow } from './branch-run.ts'
import { layOut, readGrid } from './branch-run.ts'
import { throwIfCancelled } from './cancel.ts'
import type { Entry, Part } from './continuation-parts.ts'
import { batchesOf, cutParts, planReads } from './continuation-parts.ts'
import type { KvCache } from './kv-cache.ts'
import { gatherRows } from './kv-cache.ts'
import { readContexts } from './read-contexts.ts'
import type { Stepper } from './stepper.ts'
import type { ContinuationOptions, ContinuationResult, ContinuationRow, Provider } from './types.ts'

export interface ContinuationSettings extends ContinuationOptions {
  /** Tokens of one run at most, padding included, as long as it holds more than one row. */
  readonly tokensTogether: number
  /** Rows that are taken at once, to form runs of similar length among them. */
  readonly rowsTogether: number
  /** What a token gives depends on nothing but what leads to it, so that what is shared can be read at once. */
  readonly isTokenwise: boolean
  /** The cache of a beginning is at hand in this process, and copied sooner than read. */
  readonly keepsBeginnings: boolean
}

/** Largest block of logits in one run, in bytes. */
const logitsBudgetBytes: Readonly<Record<Provider, number>> = {
  cpu: 192 * 2 ** 20,
  cuda: 2 ** 30,
  webgpu: 192 * 2 ** 20,
}

/** A cached token costs about as much as this share of one that is read. */
const cachedShare = 1 / 8

/** See CausalRunner.scoreContinuations: results come in batches of similar length, each with the index of its row. */
export async function* scoreContinuations(
  stepper: Stepper,
  rows: Iterable<ContinuationRow>,
  settings: ContinuationSettings,
): AsyncGenerator<ContinuationResult> {
  const keeps = settings.isTokenwise && settings.keepsBeginnings
  const beginnings = keeps ? createBeginnings(stepper) : noBeginnings(stepper)
  for (const entries of entriesTogether(rows, stepper.vocab, settings)) {
    throwIfCancelled(settings.signal)
    if (settings.isTokenwise) await readTogether(stepper, { entries, beginnings }, settings)
    else await readApart(stepper, entries, settings)
    yield* entries.map(toResult)
  }
}

function* entriesTogether(
  rows: Iterable<ContinuationRow>,
  vocab: number,
  { rowsTogether, batchSize }: ContinuationSettings,
): Generator<Entry[]> {
  let entries: Entry[] = []
  let index = 0
  for (const row of rows) {
    entries.push(toEntry(row, index++, vocab))
    if (entries.length < Math.min(rowsTogether, batchSize)) continue
    yield entries
    entries = []
  }
  if (entries.length > 0) yield entries
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

/** Context and continuations in one run, behind the cache of what the contexts begin with. */
async function readTogether(
  stepper: Stepper,
  { entries, beginnings }: { entries: readonly Entry[]; beginnings: Beginnings },
  settings: ContinuationSettings,
): Promise<void> {
  const contexts = entries.map(({ context }) => context)
  const shared = await beginnings.prepare(contexts, settings)
  const mostPlaces = placesWithin(stepper)
  const parts = entries.flatMap((entry) =>
    cutParts(entry, [...entry.continuations.keys()], mostPlaces),
  )
  const readOf = ({ entry, tree }: Part) => entry.context.length - shared + tree.nodes.length
  const batches = batchesOf(
    parts.toSorted((a, b) => readOf(b) - readOf(a)),
    {
      rows: settings.batchSize,
      tokens: settings.tokensTogether,
      widthOf: (part) => readOf(part) + Math.ceil(shared * cachedShare),
      places: mostPlaces,
      placesOf: ({ tree }) => tree.nodes.length + 1,
    },
  )
  for (const batch of batches) {
    throwIfCancelled(settings.signal)
    const rows = batch.map(({ entry, tree }) => ({
      cached: shared,
      lead: entry.context.slice(shared),
      nodes: tree.nodes,
      reach: null,
    }))
    const cache = beginnings.rows(shared, batch.length)
    await readParts(stepper, { parts: batch, rows, cache, skipsContext: false }, settings)
    await setImmediate()
  }
}

/** One run, and what it finds. */
async function readParts(
  stepper: Stepper,
  work: {
    readonly parts: readonly Part[]
    readonly rows: readonly BranchRow[]
    readonly cache: KvCache
    readonly skipsContext: boolean
  },
  settings: ContinuationSettings,
): Promise<void> {
  const { parts, rows, cache } = work
  const { reads, watchIds, record } = planReads(parts, work)
  const grid = layOut(rows, cache.length)
  const branching = parts.map(({ tree }) => grid[0].length - tree.nodes.length)
  const request = {
    ...{ cache, grid, watchIds, keepsCache: false },
    visible: rows.map(() => []),
    reads: reads.map(({ row, place, target }) => ({ row, column: branching[row] + place, target })),
  }
  record(await readGrid(stepper, request, settings))
}

/** Every context as if nothing followed it, and then what follows: changes that ask for the length of a prompt see the prompt. */
async function readApart(
  stepper: Stepper,
  entries: readonly Entry[],
  settings: ContinuationSettings,
): Promise<void> {
  const batches = batchesOf(
    entries.toSorted((a, b) => b.context.length - a.context.length),
    {
      rows: settings.batchSize,
      tokens: settings.tokensTogether,
      widthOf: ({ context }) => context.length,
    },
  )
  for (const batch of batches) {
    throwIfCancelled(settings.signal)
    const cache = await readContexts(stepper, batch, settings)
    if (cache !== null) await readTails(stepper, { batch, cache }, settings)
  }
}

/** The tokens behind the first of each continuation, in runs that reach equally far behind their contexts. */
async function readTails(
  stepper: Stepper,
  { batch, cache }: { batch: readonly Entry[]; cache: KvCache },
  settings: ContinuationSettings,
): Promise<void> {
  const mostPlaces = placesWithin(stepper)
  const tails = batch.flatMap((entry, row) => {
    const long = [...entry.continuations.keys()].filter((at) => entry.continuations[at].length > 1)
    const byReach = Map.groupBy(long, (at) => reachOf(entry.continuations[at].length - 1))
    return [...byReach].flatMap(([reach, at]) =>
      cutParts(entry, at, mostPlaces).map((part) => ({ ...part, row, reach })),
    )
  })
  const groups = batchesOf(
    tails.toSorted((a, b) => b.tree.nodes.length - a.tree.nodes.length),
    {
      // Every choice of a full batch may share a run; what it costs is bounded by its tokens and the cache that it copies.
      rows: settings.batchSize * 4,
      tokens: settings.tokensTogether,
      widthOf: ({ entry, tree }) =>
        tree.nodes.length + Math.ceil(entry.context.length * cachedShare),
      places: mostPlaces,
      placesOf: ({ tree }) => tree.nodes.length,
    },
  )
  for (const group of groups) {
    throwIfCancelled(settings.signal)
    const rows = group.map(({ entry, tree, reach }) => ({
      cached: entry.context.length,
      lead: [],
      nodes: tree.nodes,
      reach: entry.context.length + reach - 1,
    }))
    const own = gatherRows(group.map(({ row }) => ({ cache, row })))
    await readParts(stepper, { parts: group, rows, cache: own, skipsContext: true }, settings)
    await setImmediate()
  }
}

/**
 * How far behind its context a run reaches in which so many tokens of a continuation are read, from their number alone: masks that
 * ask for that, or whether a token comes alone (then it counts as generated), would otherwise see what else is read.
 */
function reachOf(tokens: number): number {
  if (tokens <= 2) return 2
  return tokens <= 4 ? 4 : 8 * Math.ceil(tokens / 8)
}

function placesWithin({ provider, vocab }: Stepper): number {
  return Math.floor(logitsBudgetBytes[provider] / (4 * vocab))
}

function toResult({ index, logProbs, isGreedy }: Entry): ContinuationResult {
  return {
    index,
    continuations: logProbs.map((values, at) => ({ logProbs: values, isGreedy: isGreedy[at] })),
  }
}
