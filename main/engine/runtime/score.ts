/** Log-probabilities of given text, batch by batch, without ever bringing whole distributions out of the graph. */
import { setImmediate } from 'node:timers/promises'
import { ActbenchError } from '#contract/errors'
import { throwIfCancelled } from './cancel.ts'
import type { KvCache } from './kv-cache.ts'
import { emptyCache } from './kv-cache.ts'
import { largestWidth } from './segments.ts'
import type { Stepper } from './stepper.ts'
import type { Provider, ScoreOptions, ScoreResult, ScoreRow } from './types.ts'

/** Largest block of logits in one run, in bytes; longer text is read in segments that share a cache. */
const logitsBudgetBytes = { cpu: 192 * 2 ** 20, cuda: 2 ** 30, webgpu: 192 * 2 ** 20 } as const

interface Entry extends ScoreRow {
  readonly index: number
}

/** See CausalRunner.score: results come in batches of similar length, each with the index of its row. */
export async function* score(
  stepper: Stepper,
  rows: readonly ScoreRow[],
  options: ScoreOptions,
): AsyncGenerator<ScoreResult> {
  const entries = rows.map((row, index) => checkRow({ ...row, index }, stepper.vocab))
  const ordered = entries.toSorted((a, b) => b.ids.length - a.ids.length)
  for (let at = 0; at < ordered.length; at += options.batchSize) {
    yield* await scoreBatch(stepper, ordered.slice(at, at + options.batchSize), options.signal)
  }
}

function checkRow(entry: Entry, vocab: number): Entry {
  const { ids, from, index } = entry
  const stray = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocab)
  if (from >= 1 && from < ids.length && stray === undefined) return entry
  throw new ActbenchError({
    code: 'invalid-input',
    message:
      stray === undefined
        ? `Row ${index}: expected a first scored position from 1 to ${ids.length - 1}, found ${from}.`
        : `Row ${index}: expected token ids below ${vocab}, found ${stray}.`,
  })
}

/** The last token of a row is scored but never read, so a row of n tokens takes n - 1 positions. */
async function scoreBatch(
  stepper: Stepper,
  batch: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<readonly ScoreResult[]> {
  const seq = batch[0].ids.length - 1
  const pad = batch.map(({ ids }) => seq - (ids.length - 1))
  const results = batch.map(({ index, ids, from }) => ({
    index,
    logProbs: new Float32Array(ids.length - from),
    argmaxMatches: new Uint8Array(ids.length - from),
  }))
  let cache = emptyCache(stepper.shape, pad)
  const { vocab, nHeads, provider } = stepper
  for (const segment of segments(batch, { seq, vocab, nHeads, provider })) {
    throwIfCancelled(signal)
    cache = await scoreSegment(stepper, { batch, results, cache, pad, ...segment, seq })
    await setImmediate()
  }
  return results
}

/** Column ranges that keep the logits and the attention scores of one run within their budgets. */
function segments(
  batch: readonly Entry[],
  size: { seq: number; vocab: number; nHeads: number; provider: Provider },
): readonly { start: number; end: number }[] {
  const limit = Math.max(
    batch.length,
    Math.floor(logitsBudgetBytes[size.provider] / (4 * size.vocab)),
  )
  const width = largestWidth({ rows: batch.length, ...size })
  const columns: { start: number; end: number }[] = []
  let start = 0
  let selected = 0
  for (let column = 0; column < size.seq; column++) {
    const here = batch.filter((entry) => isScored(entry, column, size.seq)).length
    if (selected + here > limit || column - start === width) {
      columns.push({ start, end: column })
      start = column
      selected = 0
    }
    selected += here
  }
  return [...columns, { start, end: size.seq }]
}

/** Column `column` of `seq` predicts the token that follows it in the row. */
function isScored(entry: Entry, column: number, seq: number): boolean {
  return column - (seq - (entry.ids.length - 1)) >= entry.from - 1
}

async function scoreSegment(
  stepper: Stepper,
  work: {
    batch: readonly Entry[]
    results: readonly ScoreResult[]
    cache: KvCache
    pad: readonly number[]
    start: number
    end: number
    seq: number
  },
): Promise<KvCache> {
  const { batch, results, cache, pad, start, end, seq } = work
  const width = end - start
  const ids: number[] = []
  const places: { row: number; select: number; target: number; at: number }[] = []
  for (const [row, entry] of batch.entries()) {
    for (let column = start; column < end; column++) {
      const position = column - pad[row]
      ids.push(position < 0 ? 0 : entry.ids[position])
      if (!isScored(entry, column, seq)) continue
      const select = row * width + column - start
      places.push({ row, select, target: entry.ids[position + 1], at: position + 1 - entry.from })
    }
  }
  const selected = places.length > 0 ? places : [{ row: 0, select: 0, target: 0, at: -1 }]
  const isLast = end === seq
  const result = await stepper.run({
    ids,
    batch: batch.length,
    cache,
    textTokens: batch.map((entry) => entry.ids.length - 1),
    steps: 1,
    select: selected.map(({ select }) => select),
    forced: selected.map(({ target }) => target),
    sampling: { temperature: 0, topK: 0, topP: 1 },
    stopIds: [],
    finishedLimit: selected.length,
    watchIds: [],
    keepsCache: !isLast,
  })
  for (const [index, { row, target, at }] of selected.entries()) {
    if (at < 0) continue
    results[row].logProbs[at] = result.logProbs[index]
    results[row].argmaxMatches[at] = Number(result.best[index]) === target ? 1 : 0
  }
  return result.cache ?? cache
}
