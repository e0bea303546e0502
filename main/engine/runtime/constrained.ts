/**
 * Greedy generation within a grammar of tokens: of those that may follow, the likeliest one. Where only one may, it is not asked for
 * but read with the tokens behind it in one run (jump-forward decoding, as in SGLang; Zheng et al. 2024), so that copied text costs
 * as little as a prompt.
 */
import { setImmediate } from 'node:timers/promises'
import { ActbenchError } from '#contract/errors'
import type { Beginnings } from './beginning.ts'
import { createBeginnings, noBeginnings } from './beginning.ts'
import type { Column } from './branch-run.ts'
import { layOut, readGrid } from './branch-run.ts'
import { throwIfCancelled } from './cancel.ts'
import type { KvCache } from './kv-cache.ts'
import { gatherRows } from './kv-cache.ts'
import type { StepResult, Stepper } from './stepper.ts'
import type {
  ConstrainedOptions,
  ConstrainedRequest,
  ConstrainedResult,
  GrammarState,
} from './types.ts'

export interface ConstrainedSettings extends ConstrainedOptions {
  /** Rows that are read together at most. */
  readonly rowsTogether: number
  /** See ContinuationSettings. Otherwise every token is read alone, as one that is generated. */
  readonly isTokenwise: boolean
  readonly keepsBeginnings: boolean
  readonly now: () => number
}

interface Lane<T> {
  readonly request: ConstrainedRequest<T>
  readonly tokenIds: number[]
  readonly logProbs: number[]
  state: GrammarState<T>
  /** What the model has not read yet; the last one of them predicts what follows. */
  waiting: number[]
  /** Tokens read. */
  read: number
  /** Columns behind the common beginning in the cache. */
  columns: readonly Column[]
}

/** See CausalRunner.generateWithin. */
export async function* generateWithin<T>(
  stepper: Stepper,
  requests: Iterable<ConstrainedRequest<T>>,
  settings: ConstrainedSettings,
): AsyncGenerator<ConstrainedResult<T>> {
  const keeps = settings.isTokenwise && settings.keepsBeginnings
  const beginnings = keeps ? createBeginnings(stepper) : noBeginnings(stepper)
  for (const batch of batchesOf(requests, Math.min(settings.rowsTogether, settings.batchSize))) {
    yield* answerBatch(stepper, { batch, beginnings }, settings)
  }
}

function* batchesOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function* answerBatch<T>(
  stepper: Stepper,
  work: { readonly batch: readonly ConstrainedRequest<T>[]; readonly beginnings: Beginnings },
  settings: ConstrainedSettings,
): AsyncGenerator<ConstrainedResult<T>> {
  const { batch, beginnings } = work
  const { now, onTokens, isTokenwise } = settings
  const startedMs = now()
  const prompts = batch.map(({ promptIds }) => promptIds)
  const shared = await beginnings.prepare(prompts, settings)
  let lanes = batch.map((request) => toLane(request, shared, stepper.vocab))
  let cache = beginnings.rows(shared, lanes.length)
  for (;;) {
    throwIfCancelled(settings.signal)
    if (isTokenwise) lanes.forEach(takeForced)
    const over = lanes.filter(isOver)
    for (const { request, state, tokenIds, logProbs } of over) {
      const { outcome } = state
      if (outcome === null) continue
      yield { key: request.key, outcome, tokenIds, logProbs, latencyMs: now() - startedMs }
    }
    if (over.length > 0) {
      const left = [...lanes.entries()].filter(([, lane]) => !isOver(lane))
      if (left.length === 0) return
      cache = gatherRows(left.map(([row]) => ({ cache, row })))
      lanes = left.map(([, lane]) => lane)
    }
    cache = await step(stepper, { lanes, cache }, settings)
    onTokens?.(lanes.length)
    await setImmediate()
  }
}

function toLane<T>(request: ConstrainedRequest<T>, shared: number, vocab: number): Lane<T> {
  const { promptIds, start, key } = request
  if (promptIds.length === 0 || !promptIds.every((id) => id >= 0 && id < vocab)) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Sample ${key}: expected a prompt of token ids below ${vocab}.`,
    })
  }
  return {
    ...{ request, state: start, tokenIds: [], logProbs: [] },
    ...{ waiting: promptIds.slice(shared), read: shared, columns: [] },
  }
}

function isOver<T>({ state }: Lane<T>): boolean {
  return state.outcome !== null
}

/** Goes on as long as there is no choice. */
function takeForced<T>(lane: Lane<T>): void {
  while (!isOver(lane) && lane.state.tokens.length === 1) take(lane, lane.state.tokens[0], 0)
}

function take<T>(lane: Lane<T>, token: number, logProb: number): void {
  lane.tokenIds.push(token)
  lane.logProbs.push(logProb)
  lane.waiting.push(token)
  lane.state = lane.state.follow(token)
}

/** Reads what waits and chooses one token of each lane; returns the cache with what was read. */
async function step<T>(
  stepper: Stepper,
  { lanes, cache }: { readonly lanes: readonly Lane<T>[]; readonly cache: KvCache },
  settings: ConstrainedSettings,
): Promise<KvCache> {
  const rows = lanes.map(({ read, waiting }) => ({
    ...{ cached: read, lead: waiting, nodes: [], reach: null },
  }))
  const grid = layOut(rows, cache.length)
  const watchIds = [...new Set(lanes.flatMap(({ state }) => state.tokens))]
  const result = await readGrid(
    stepper,
    {
      ...{ cache, grid, watchIds, keepsCache: true },
      visible: lanes.map(({ columns }) => columns),
      reads: lanes.map((_, row) => ({ row, column: grid[row].length - 1, target: -1 })),
    },
    settings,
  )
  for (const [row, lane] of lanes.entries()) {
    lane.columns = [...lane.columns, ...grid[row]]
    lane.read += lane.waiting.length
    lane.waiting = []
    const { token, logProb } = likeliest(lane.state.tokens, { result, row, watchIds })
    take(lane, token, logProb)
  }
  if (result.cache === null) throw new TypeError('A run that goes on keeps its cache.')
  return result.cache
}

/** The likeliest of the allowed tokens, the first of several, and the log of its share of their probability. */
function likeliest(
  allowed: readonly number[],
  at: { readonly result: StepResult; readonly row: number; readonly watchIds: readonly number[] },
): { token: number; logProb: number } {
  const { result, row, watchIds } = at
  const placeOf = new Map(watchIds.map((id, index) => [id, index]))
  const values = allowed.map(
    (id) => result.watched[row * watchIds.length + (placeOf.get(id) ?? Number.NaN)],
  )
  const largest = Math.max(...values)
  // What overflowed is for the reader of the result to refuse; the rows beside this one go on.
  if (!Number.isFinite(largest)) return { token: allowed[0], logProb: Number.NaN }
  const total = values.reduce((sum, value) => sum + Math.exp(value - largest), 0)
  return { token: allowed[values.indexOf(largest)], logProb: -Math.log(total) }
}
