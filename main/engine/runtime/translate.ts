/** Texts in answer to sources: greedily in a Loop, or with beams step by step. Batch by batch; between runs the signal is heard. */
import { setImmediate } from 'node:timers/promises'
import { ActbenchError } from '#contract/errors'
import { advanceBeams, startBeams, tokensKept } from './beam-search.ts'
import type { Answer, BeamState } from './beam-search.ts'
import { throwIfCancelled } from './cancel.ts'
import type { TranslateOptions, TranslateRequest, TranslateResult } from './translate-types.ts'
import type { Feeds, Writer } from './writer.ts'

export interface TranslateSettings extends TranslateOptions {
  /** Greedy tokens in one run: longer is faster, shorter answers sooner to cancelling. */
  readonly chunkTokens: number
  readonly now: () => number
}

/** As in the reference: transformers' own default. */
const lengthPenalty = 1

/** See TextToTextRunner.translate. */
export async function* translate(
  writer: Writer,
  requests: Iterable<TranslateRequest>,
  settings: TranslateSettings,
): AsyncGenerator<TranslateResult> {
  checkSettings(settings)
  const write = settings.beams === 1 ? writeGreedily : writeWithBeams
  const iterator = requests[Symbol.iterator]()
  for (;;) {
    throwIfCancelled(settings.signal)
    const batch = takeFrom(iterator, settings.batchSize)
    if (batch.length === 0) return
    batch.forEach((request) => checkSource(request, writer.vocab))
    const startedMs = settings.now()
    for await (const { at, answer } of write(writer, batch, settings)) {
      yield {
        key: batch[at].key,
        tokenIds: answer.tokens,
        logProbs: answer.logProbs,
        finishReason: answer.finishReason,
        isFinite: answer.logProbs.every(Number.isFinite) && Number.isFinite(answer.score),
        latencyMs: settings.now() - startedMs,
      }
    }
  }
}

interface Placed {
  /** Index in the batch. */
  readonly at: number
  readonly answer: Answer
}

interface GreedyRow {
  readonly at: number
  readonly tokens: number[]
  readonly logProbs: number[]
  finishReason: Answer['finishReason'] | null
}

/** Rows that have finished leave their batch between runs. */
async function* writeGreedily(
  writer: Writer,
  batch: readonly TranslateRequest[],
  settings: TranslateSettings,
): AsyncGenerator<Placed> {
  const { maxNewTokens, chunkTokens, stopIds, signal } = settings
  let rows = batch.map((_, at): GreedyRow => ({ at, tokens: [], logProbs: [], finishReason: null }))
  let source = await writer.encode(batch.map(({ sourceIds }) => sourceIds))
  let cache = writer.emptyCache(rows.length)
  for (let written = 0; rows.length > 0;) {
    throwIfCancelled(signal)
    const result = await writer.greedy({
      lastIds: rows.map(({ tokens }) => tokens.at(-1) ?? writer.startId),
      cache,
      source,
      steps: Math.min(chunkTokens, maxNewTokens - written),
      stopIds,
    })
    written += result.steps
    const added = record(rows, result, settings)
    settings.onTokens?.(added)
    await setImmediate()
    const isGoing = rows.map(({ finishReason }) => finishReason === null)
    const done = rows.filter((_, row) => !isGoing[row])
    yield* done.map((row) => ({ at: row.at, answer: greedyAnswer(row) }))
    const left = rows.flatMap((_, row) => (isGoing[row] ? [row] : []))
    if (done.length > 0) source = writer.takeRows(source, left)
    cache = done.length > 0 ? writer.takeRows(result.cache, left) : result.cache
    rows = left.map((row) => rows[row])
  }
}

/** Appends a run's tokens to its rows, up to each row's end; returns how many there were. */
function record(
  rows: readonly GreedyRow[],
  result: {
    readonly steps: number
    readonly tokens: BigInt64Array
    readonly logProbs: Float32Array
  },
  { stopIds, maxNewTokens }: TranslateSettings,
): number {
  let added = 0
  for (let step = 0; step < result.steps; step++) {
    for (const [at, row] of rows.entries()) {
      if (row.finishReason !== null) continue
      const index = step * rows.length + at
      const token = Number(result.tokens[index])
      if (stopIds.includes(token)) {
        row.finishReason = 'stop'
        continue
      }
      row.tokens.push(token)
      row.logProbs.push(result.logProbs[index])
      added += 1
      if (row.tokens.length === maxNewTokens) row.finishReason = 'length'
    }
  }
  return added
}

function greedyAnswer({ tokens, logProbs, finishReason }: GreedyRow): Answer {
  return { tokens, logProbs, score: 0, finishReason: finishReason ?? 'length' }
}

interface Search {
  readonly at: number
  readonly state: BeamState
  /** Row of its first beam in the last run. */
  readonly firstRow: number
}

async function* writeWithBeams(
  writer: Writer,
  batch: readonly TranslateRequest[],
  settings: TranslateSettings,
): AsyncGenerator<Placed> {
  const { beams, maxNewTokens, signal } = settings
  const rules = { beams, maxNewTokens, lengthPenalty, stopIds: new Set(settings.stopIds) }
  const read = await writer.encode(batch.map(({ sourceIds }) => sourceIds))
  let cache = writer.emptyCache(batch.length)
  let searches = batch.map((_, at): Search => ({ at, state: startBeams(), firstRow: at }))
  let source: { readonly rows: string; readonly feeds: Feeds } = { rows: '', feeds: read }
  while (searches.length > 0) {
    throwIfCancelled(signal)
    source = sourceOf(writer, read, { searches, last: source })
    const result = await writer.beams({
      lastIds: searches.flatMap(({ state }) =>
        state.running.map(({ tokens }) => tokens.at(-1) ?? writer.startId),
      ),
      parents: searches.flatMap(({ state, firstRow }) =>
        state.parents.map((parent) => firstRow + parent),
      ),
      cache,
      source: source.feeds,
      kept: tokensKept(rules),
    })
    cache = result.cache
    settings.onTokens?.(searches.length)
    let row = 0
    const advanced = searches.map(({ at, state }): Search => {
      const firstRow = row
      row += state.running.length
      const next = result.next.slice(firstRow, row)
      return { at, firstRow, state: advanceBeams(state, next, rules) }
    })
    await setImmediate()
    yield* advanced
      .filter(({ state }) => state.isDone)
      .map(({ at, state }) => ({ at, answer: state.finished.at(0) ?? overflowed(state) }))
    searches = advanced.filter(({ state }) => !state.isDone)
  }
}

/** Sums that are not numbers end a search before any answer has. */
function overflowed({ running: [{ tokens, logProbs, sum }] }: BeamState): Answer {
  return { tokens, logProbs, score: sum, finishReason: 'length' }
}

/** What was read of the source, once for every beam: copied anew only where searches have ended or begun to branch. */
function sourceOf(
  writer: Writer,
  read: Feeds,
  { searches, last }: { searches: readonly Search[]; last: { rows: string; feeds: Feeds } },
): { rows: string; feeds: Feeds } {
  const rows = searches.flatMap(({ at, state }) => state.running.map(() => at))
  const key = rows.join()
  return key === last.rows ? last : { rows: key, feeds: writer.takeRows(read, rows) }
}

function takeFrom<T>(iterator: Iterator<T>, count: number): T[] {
  const taken: T[] = []
  while (taken.length < count) {
    const next = iterator.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}

function checkSettings({ beams, maxNewTokens, batchSize }: TranslateSettings): void {
  const wrong = Object.entries({ beams, maxNewTokens, batchSize }).find(
    ([, value]) => !Number.isInteger(value) || value < 1,
  )
  if (wrong === undefined) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Decoding: ${wrong[0]}: expected a whole number from 1, found ${wrong[1]}.`,
  })
}

function checkSource({ key, sourceIds }: TranslateRequest, vocab: number): void {
  const stray = sourceIds.find((id) => !Number.isInteger(id) || id < 0 || id >= vocab)
  if (sourceIds.length > 0 && stray === undefined) return
  throw new ActbenchError({
    code: 'invalid-input',
    message:
      stray === undefined
        ? `Sample ${key}: expected a source of at least one token, found none.`
        : `Sample ${key}: expected token ids below ${vocab}, found ${stray}.`,
  })
}
