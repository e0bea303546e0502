/** Samples that are texts: the model's loss on them, nothing generated. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import { prefixToken } from './encode-pair.ts'
import type { SampleRun, SampleSink } from './evaluate.ts'
import { rollingWindows } from './rolling-windows.ts'
import { requireRunner } from './runtime/open-runner.ts'
import type { ScoreRow } from './runtime/types.ts'
import { scoreAnswer } from './scorers/index.ts'
import { suiteRecord, toRequest, type RollingRequest } from './suites/index.ts'

/**
 * Texts scored together. One text fills a processor, and further ones only add padding (four at once were half as fast on two
 * cores); a GPU wants more, up to what their logits take.
 */
const textsTogether = { cpu: 1, cuda: 8, webgpu: 4 } as const

interface Text {
  readonly sample: Sample
  readonly text: string
  readonly tokens: number
  /** Several where the text is longer than the model's context and is read in windows. */
  readonly rows: readonly ScoreRow[]
}

/** Scores every text as its suite reads it and reports it. */
export async function scoreTexts(run: SampleRun, sink: SampleSink): Promise<void> {
  const { prepared } = run
  const texts = run.samples.flatMap((sample) => {
    const text = tryText(run, sample, sink)
    return text === null ? [] : [text]
  })
  const together = Math.min(run.batchSize, textsTogether[prepared.runner.device.provider])
  // Longest first: texts of similar length share a batch, and what the memory cannot hold shows at once.
  const ordered = texts.toSorted((a, b) => b.tokens - a.tokens)
  for (let at = 0; at < ordered.length; at += together) {
    await scoreTogether(run, ordered.slice(at, at + together), sink)
  }
}

/** Only these are with the model: a death of the process must not be laid to texts that still wait. */
async function scoreTogether(
  run: SampleRun,
  texts: readonly Text[],
  sink: SampleSink,
): Promise<void> {
  const { prepared, surroundings } = run
  sink.started(texts.map(({ sample }) => sample))
  const startedAt = surroundings.now()
  const places = texts.flatMap(({ rows }, text) => rows.map((_, at) => ({ text, at })))
  const found = texts.map(({ rows }) => rows.map((): Float32Array | null => null))
  const options = { batchSize: texts.length, signal: surroundings.signal }
  const rows = texts.flatMap((text) => text.rows)
  const runner = requireRunner(prepared.runner, 'decoder')
  for await (const { index, logProbs } of runner.score(rows, options)) {
    const { text, at } = places[index]
    found[text][at] = logProbs
    const parts = found[text]
    if (!parts.every((part) => part !== null)) continue
    sink.result({
      sample: texts[text].sample,
      response: toResponse(texts[text], surroundings.now() - startedAt),
      scores: scoreText(run, texts[text].sample, joined(parts)),
      error: null,
    })
  }
}

function tryText(run: SampleRun, sample: Sample, sink: SampleSink): Text | null {
  try {
    return toText(run, sample)
  } catch (error) {
    sink.result({ sample, response: null, scores: [], error: toAppError(error) })
    return null
  }
}

function toText(run: SampleRun, sample: Sample): Text {
  const request = toRequest(suiteRecord(run.spec.suiteId), sample)
  if (request.kind !== 'rolling') {
    throw new ActbenchError({
      code: 'internal',
      message: `Sample ${sample.id}: expected a text, found a request of kind ${request.kind}.`,
    })
  }
  const rows = rowsOf(run, sample, request)
  const tokens = rows.reduce((sum, { ids }) => sum + ids.length, 0)
  return { sample, text: request.text, tokens, rows }
}

function rowsOf(run: SampleRun, sample: Sample, request: RollingRequest): readonly ScoreRow[] {
  const { spec, prepared, tokenIds } = run
  const { contextLength } = spec.model
  const ids =
    tokenIds?.get(sample.id) ?? prepared.tokenizer.encode(request.text, { addSpecial: true })
  if (request.reading === 'windows') {
    const prefix = prefixToken(prepared.tokenizer)
    return rollingWindows(ids, { prefix, maxLength: contextLength })
  }
  if (ids.length >= 2 && (contextLength === null || ids.length <= contextLength)) {
    return [{ ids, from: 1 }]
  }
  throw new ActbenchError({
    code: 'invalid-input',
    message: `The text has ${ids.length} tokens; expected 2 to ${contextLength ?? 'any number'}.`,
    remedy: 'Cut the text into shorter paragraphs.',
  })
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function scoreText({ spec }: SampleRun, sample: Sample, targetLogProbs: Float32Array): Score[] {
  const evidence = { watchLogProbs: null, openings: null, targetLogProbs }
  const scores: Score[] = []
  for (const use of spec.scorers) {
    scores.push(...scoreAnswer({ use, sample, response: null, evidence }))
  }
  return scores
}

/** Nothing was generated: the record of a text holds its length and time only. */
function toResponse({ text, tokens }: Text, latencyMs: number): Response {
  return {
    text: '',
    renderedPrompt: text,
    promptTokens: tokens,
    tokenIds: [],
    tokenLogProbs: [],
    finishReason: 'stop',
    latencyMs,
  }
}
