/**
 * Continuous batching: rows that finish make room for waiting samples at the borders of short chunks. Between chunks
 * the event loop turns, progress is told and the signal is heard.
 */
import { setImmediate } from 'node:timers/promises'
import { ActbenchError } from '#contract/errors'
import { throwIfCancelled } from './cancel.ts'
import type { KvCache } from './kv-cache.ts'
import { gatherRows } from './kv-cache.ts'
import { columns, readAhead } from './read-ahead.ts'
import type { GenerateSettings, Row } from './rows.ts'
import { commonRequest, newRow, padPrompts, recordTokens, recordWatched, resultOf } from './rows.ts'
import type { StepResult, Stepper } from './stepper.ts'
import type { GenerateRequest, GenerateResult } from './types.ts'
import { answersWithin } from './whole-answers.ts'

interface Batch {
  readonly rows: readonly Row[]
  /** Everything before each row's last token, which has not been through the model yet. */
  readonly cache: KvCache
}

/** Below this many tokens a chunk's fixed costs show; rows may overshoot their limit by less than this. */
const minimumChunkTokens = 4
/** Prompts share a prefill while padding adds no more than this factor. */
const paddingTolerance = 1.25

/** See CausalRunner.generate. */
export async function* generate(
  stepper: Stepper,
  requests: Iterable<GenerateRequest>,
  settings: GenerateSettings,
): AsyncGenerator<GenerateResult> {
  checkSettings(settings)
  const waiting = createWaitingRoom(requests, stepper.vocab)
  if (settings.makesWholeAnswers && settings.maxNewTokens <= settings.chunkTokens) {
    yield* answersWithin(stepper, waiting, settings)
    return
  }
  let batch: Batch | null = null
  for (;;) {
    throwIfCancelled(settings.signal)
    const free = settings.batchSize - (batch?.rows.length ?? 0)
    const admitted = waiting.take(free)
    const parts: Batch[] = batch === null ? [] : [batch]
    for (const group of groupByLength(admitted)) {
      parts.push(await prefill(stepper, group, settings))
      await setImmediate()
      throwIfCancelled(settings.signal)
    }
    if (parts.length === 0) return
    const { running, done } = regroup(parts)
    yield* done.map((row) => resultOf(row, settings.now()))
    batch = running
    if (batch === null) continue
    const hasWaiting = !waiting.isEmpty()
    batch = await decode(stepper, batch, { ...settings, hasWaiting })
    await setImmediate()
  }
}

function checkSettings(settings: GenerateSettings): void {
  const rules: readonly (readonly [boolean, string])[] = [
    [
      settings.maxNewTokens >= 1,
      `maxNewTokens: expected at least 1, found ${settings.maxNewTokens}`,
    ],
    [settings.batchSize >= 1, `batchSize: expected at least 1, found ${settings.batchSize}`],
    [settings.temperature >= 0, `temperature: expected 0 or more, found ${settings.temperature}`],
    [settings.topK >= 0, `topK: expected 0 or more, found ${settings.topK}`],
    [
      settings.topP > 0 && settings.topP <= 1,
      `topP: expected above 0 up to 1, found ${settings.topP}`,
    ],
  ]
  const broken = rules.filter(([holds]) => !holds).map(([, text]) => text)
  if (broken.length === 0) return
  throw new ActbenchError({ code: 'invalid-input', message: `Decoding: ${broken.join('; ')}.` })
}

function createWaitingRoom(requests: Iterable<GenerateRequest>, vocab: number) {
  const iterator = requests[Symbol.iterator]()
  let isOver = false
  return {
    /**
     * False also where the last request was taken and nobody knows it yet. To look ahead would be to ask for a request
     * that no row is free for, and who hands it out takes it to be with the model.
     */
    isEmpty: () => isOver,
    take(count: number): GenerateRequest[] {
      const taken: GenerateRequest[] = []
      while (taken.length < count && !isOver) {
        const next = iterator.next()
        if (next.done === true) {
          isOver = true
          break
        }
        checkPrompt(next.value, vocab)
        taken.push(next.value)
      }
      return taken
    },
  }
}

function checkPrompt({ key, promptIds }: GenerateRequest, vocab: number): void {
  const stray = promptIds.find((id) => !Number.isInteger(id) || id < 0 || id >= vocab)
  if (promptIds.length > 0 && stray === undefined) return
  throw new ActbenchError({
    code: 'invalid-input',
    message:
      stray === undefined
        ? `Sample ${key}: expected a prompt of at least one token, found none.`
        : `Sample ${key}: expected token ids below ${vocab}, found ${stray}.`,
  })
}

/** Groups of similar length, longest first, so that little is spent on padding. */
function groupByLength(requests: readonly GenerateRequest[]): readonly GenerateRequest[][] {
  const groups: GenerateRequest[][] = []
  let tokens = 0
  for (const request of requests.toSorted((a, b) => b.promptIds.length - a.promptIds.length)) {
    const group = groups.at(-1)
    const longest = group?.[0].promptIds.length ?? 0
    const needed = tokens + request.promptIds.length
    if (group !== undefined && longest * (group.length + 1) <= paddingTolerance * needed) {
      group.push(request)
      tokens = needed
    } else {
      groups.push([request])
      tokens = request.promptIds.length
    }
  }
  return groups
}

/** Runs the prompts and chooses each row's first token. */
async function prefill(
  stepper: Stepper,
  group: readonly GenerateRequest[],
  settings: GenerateSettings,
): Promise<Batch> {
  const startedMs = settings.now()
  const { ids, seq, pad } = padPrompts(group)
  const rows = group.map((request) => newRow(request, settings, startedMs))
  const { cache, start, textTokens } = await readAhead(stepper, { ids, seq, pad }, settings.signal)
  const width = seq - start
  const result = await stepper.run({
    ...commonRequest(settings, rows, 1),
    keepsCache: true,
    ids: columns(ids, seq, { start, end: seq }),
    textTokens,
    cache,
    select: rows.map((_, row) => row * width + width - 1),
    steps: 1,
    finishedLimit: rows.length,
  })
  recordWatched(rows, result, settings)
  return absorb(rows, result, settings)
}

/** One chunk of the whole batch. With samples waiting, it ends early once a quarter of the rows has finished. */
async function decode(
  stepper: Stepper,
  batch: Batch,
  settings: GenerateSettings & { readonly hasWaiting: boolean },
): Promise<Batch> {
  const { rows, cache } = batch
  const left = rows.map((row) => settings.maxNewTokens - row.tokenIds.length)
  const wanted = Math.max(Math.min(...left), Math.min(minimumChunkTokens, Math.max(...left)))
  const steps = Math.min(settings.chunkTokens, wanted)
  const result = await stepper.run({
    ...commonRequest(settings, rows, steps),
    keepsCache: true,
    ids: rows.map((row) => row.tokenIds[row.tokenIds.length - 1]),
    cache,
    select: rows.map((_, row) => row),
    steps,
    finishedLimit: settings.hasWaiting ? Math.ceil(rows.length / 4) : rows.length,
  })
  return absorb(rows, result, settings)
}

function absorb(rows: readonly Row[], result: StepResult, settings: GenerateSettings): Batch {
  if (result.cache === null) throw new TypeError('A run of the generator keeps its cache.')
  recordTokens(rows, result, settings)
  return { rows, cache: result.cache }
}

/** Unfinished rows of all parts as one batch (null when there are none), and the finished ones. */
function regroup(parts: readonly Batch[]): { running: Batch | null; done: readonly Row[] } {
  const all = parts.flatMap(({ rows, cache }) => rows.map((row, at) => ({ row, cache, at })))
  const done = all.filter(({ row }) => row.finishReason !== null).map(({ row }) => row)
  if (done.length === 0 && parts.length === 1) return { running: parts[0], done }
  const kept = all.filter(({ row }) => row.finishReason === null)
  if (kept.length === 0) return { running: null, done }
  const cache = gatherRows(kept.map(({ cache: from, at }) => ({ cache: from, row: at })))
  return { running: { rows: kept.map(({ row }) => row), cache }, done }
}
