/** Rows of a batch that generates: their prompts as one matrix, and what a run adds to them. */
import type { RandomStream } from './random.ts'
import { randomStream, uniformAt } from './random.ts'
import type { StepResult } from './stepper.ts'
import type { GenerateOptions, GenerateRequest, GenerateResult } from './types.ts'

export interface GenerateSettings extends GenerateOptions {
  /** Tokens a row makes in one run: longer is faster, shorter answers sooner to cancelling. */
  readonly chunkTokens: number
  /** A row that ends then stays until the last one of its batch has. */
  readonly makesWholeAnswers: boolean
  readonly now: () => number
}

export interface Row {
  readonly request: GenerateRequest
  readonly random: RandomStream
  readonly startedMs: number
  readonly tokenIds: number[]
  readonly logProbs: number[]
  readonly gaps: number[]
  watchLogProbs: readonly number[]
  finishReason: GenerateResult['finishReason'] | null
}

export function newRow(
  request: GenerateRequest,
  { seed }: GenerateSettings,
  startedMs: number,
): Row {
  return {
    request,
    random: randomStream(seed, request.key),
    startedMs,
    tokenIds: [],
    logProbs: [],
    gaps: [],
    watchLogProbs: [],
    finishReason: null,
  }
}

/** [rows, seq] with padding at the left, as long as the longest prompt. */
export function padPrompts(group: readonly GenerateRequest[]): {
  ids: number[]
  seq: number
  pad: number[]
} {
  const seq = Math.max(...group.map(({ promptIds }) => promptIds.length))
  const pad = group.map(({ promptIds }) => seq - promptIds.length)
  const ids = group.flatMap(({ promptIds }, row) => [
    ...Array.from({ length: pad[row] }, () => 0),
    ...promptIds,
  ])
  return { ids, seq, pad }
}

/** What every run of these rows has in common. */
export function commonRequest(settings: GenerateSettings, rows: readonly Row[], steps: number) {
  return {
    batch: rows.length,
    sampling: settings,
    stopIds: settings.stopIds,
    watchIds: settings.watchIds,
    ...(settings.temperature > 0 ? { uniforms: drawUniforms(rows, steps) } : {}),
  }
}

/** [steps, rows] */
function drawUniforms(rows: readonly Row[], steps: number): Float32Array {
  const uniforms = new Float32Array(steps * rows.length)
  for (let step = 0; step < steps; step++) {
    for (const [at, row] of rows.entries()) {
      uniforms[step * rows.length + at] = uniformAt(row.random, row.tokenIds.length + step)
    }
  }
  return uniforms
}

/** Log-probabilities of the watched tokens at the first answer position. */
export function recordWatched(
  rows: readonly Row[],
  result: StepResult,
  { watchIds }: GenerateSettings,
): void {
  const { length } = watchIds
  for (const [at, row] of rows.entries()) {
    row.watchLogProbs = Array.from(result.watched.subarray(at * length, (at + 1) * length))
  }
}

/** Appends the tokens of a run to its rows; what comes after a row's end is dropped. */
export function recordTokens(
  rows: readonly Row[],
  result: StepResult,
  settings: GenerateSettings,
): void {
  const stops = new Set(settings.stopIds)
  let added = 0
  for (let step = 0; step < result.steps; step++) {
    for (const [at, row] of rows.entries()) {
      if (row.finishReason !== null) continue
      const index = step * rows.length + at
      const token = Number(result.tokens[index])
      if (stops.has(token)) {
        row.finishReason = 'stop'
        continue
      }
      row.tokenIds.push(token)
      row.logProbs.push(result.logProbs[index])
      row.gaps.push(result.gaps[index])
      added += 1
      if (row.tokenIds.length === settings.maxNewTokens) row.finishReason = 'length'
    }
  }
  for (const row of rows) {
    if (row.finishReason === null && settings.isOver?.(row.tokenIds) === true) {
      row.finishReason = 'stop'
    }
  }
  settings.onTokens?.(added)
}

export function resultOf(row: Row, nowMs: number): GenerateResult {
  return {
    key: row.request.key,
    tokenIds: row.tokenIds,
    finishReason: row.finishReason ?? 'length',
    logProbs: row.logProbs,
    gaps: row.gaps,
    watchLogProbs: row.watchLogProbs,
    latencyMs: nowMs - row.startedMs,
  }
}
