/** Samples that are answered: prompt -> tokens -> text -> scores. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import type { SampleRun, SampleSink } from './evaluate.ts'
import { requireRunner } from './runtime/open-runner.ts'
import type { GenerateResult } from './runtime/types.ts'
import { openingTokenIds, scoreAnswer, type OpeningTokens } from './scorers/index.ts'
import { suiteRecord, toRequest, type GenerateRequest } from './suites/index.ts'
import { encodeChat } from './tokenizer/chat.ts'
import type { ChatMessage } from './tokenizer/types.ts'

interface Prompt {
  readonly sample: Sample
  readonly ids: readonly number[]
  readonly rendered: string
  readonly request: GenerateRequest
}

/** Answers all samples and reports each one scored, in order of completion. */
export async function answerSamples(run: SampleRun, sink: SampleSink): Promise<void> {
  if (run.samples.length === 0) return
  const { prepared, spec, surroundings } = run
  const { decoding } = spec.configuration
  const openings = openingTokenIds((text) => prepared.tokenizer.encode(text, { addSpecial: false }))
  const prompts = new Map<string, Prompt>()
  // A prompt is encoded when the runner asks for the next one, so a long suite starts at once.
  const requests = function* () {
    for (const sample of run.samples) {
      const prompt = tryPrompt(run, sample, sink)
      if (prompt === null) continue
      prompts.set(sample.id, prompt)
      sink.started([sample])
      yield { key: sample.id, promptIds: prompt.ids }
    }
  }
  // Samples of a suite are put alike: what the first one asks of the decoding holds for all.
  const first = generateRequest(run, run.samples[0])
  const answers = requireRunner(prepared.runner, 'decoder').generate(requests(), {
    ...decoding,
    maxNewTokens: newTokens(run, first),
    isOver: stopsAt(run, first),
    stopIds: prepared.tokenizer.eosIds,
    batchSize: run.batchSize,
    watchIds: openings.watchIds,
    signal: surroundings.signal,
    onTokens: sink.tokens,
  })
  for await (const answer of answers) {
    const prompt = prompts.get(answer.key)
    if (prompt === undefined) continue
    prompts.delete(answer.key)
    const response = toResponse(run, prompt, answer)
    const scores = scoreAll(run, {
      sample: prompt.sample,
      response,
      openings,
      watchLogProbs: answer.watchLogProbs,
    })
    sink.result({ sample: prompt.sample, response, scores, error: null })
  }
}

/** The prompt, or null after the sample's error was reported. */
function tryPrompt(run: SampleRun, sample: Sample, sink: SampleSink): Prompt | null {
  try {
    return renderPrompt(run, sample)
  } catch (error) {
    sink.result({ sample, response: null, scores: [], error: toAppError(error) })
    return null
  }
}

function renderPrompt(run: SampleRun, sample: Sample): Prompt {
  const { spec, prepared } = run
  const request = generateRequest(run, sample)
  const { user, isPlain = false } = request
  const { tokenizer } = prepared
  const messages = toMessages(spec.configuration.systemPrompt, user)
  const prompt =
    isPlain || tokenizer.chatTemplate === null
      ? { rendered: user, ids: tokenizer.encode(user, { addSpecial: true }) }
      : { rendered: tokenizer.renderChat(messages), ids: encodeChat(tokenizer, messages) }
  requireRoom(run, { promptTokens: prompt.ids.length, maxNewTokens: newTokens(run, request) })
  return { ...prompt, sample, request }
}

function generateRequest({ spec }: SampleRun, sample: Sample): GenerateRequest {
  const request = toRequest(suiteRecord(spec.suiteId), sample)
  if (request.kind === 'generate') return request
  throw new ActbenchError({
    code: 'internal',
    message: `Sample ${sample.id}: expected a prompt, found a request of kind ${request.kind}.`,
  })
}

/** Some suites have a length of their own, with which their figures are published. */
function newTokens({ spec }: SampleRun, { maxNewTokens }: GenerateRequest): number {
  return maxNewTokens ?? spec.configuration.decoding.maxNewTokens
}

/** Whether an answer has come to a text that ends it; looked at between runs, so the answer is cut afterwards. */
function stopsAt({ prepared }: SampleRun, { stopTexts = [] }: GenerateRequest) {
  if (stopTexts.length === 0) return () => false
  return (tokenIds: readonly number[]): boolean => {
    const text = prepared.tokenizer.decode(tokenIds, { keepSpecial: true })
    return stopTexts.some((stop) => text.includes(stop))
  }
}

/** What stands before the first of the stop texts, which may be special tokens. */
function answerText(
  { prepared }: SampleRun,
  { stopTexts = [] }: GenerateRequest,
  tokenIds: readonly number[],
): string {
  const text = prepared.tokenizer.decode(tokenIds, { keepSpecial: stopTexts.length > 0 })
  const ends = stopTexts.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
  return text.slice(0, Math.min(text.length, ...ends)).trim()
}

function toMessages(systemPrompt: string | null, user: string): ChatMessage[] {
  const turn: ChatMessage = { role: 'user', content: user }
  return systemPrompt === null ? [turn] : [{ role: 'system', content: systemPrompt }, turn]
}

function requireRoom(
  { spec }: SampleRun,
  { promptTokens, maxNewTokens }: { promptTokens: number; maxNewTokens: number },
): void {
  const { contextLength } = spec.model
  if (contextLength === null || promptTokens + maxNewTokens <= contextLength) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `The prompt has ${promptTokens} tokens; with ${maxNewTokens} new ones that is more than the model's context of ${contextLength}.`,
    remedy: 'Lower the number of new tokens, or leave this sample out.',
  })
}

function toResponse(run: SampleRun, prompt: Prompt, answer: GenerateResult): Response {
  return {
    text: answerText(run, prompt.request, answer.tokenIds),
    renderedPrompt: prompt.rendered,
    promptTokens: prompt.ids.length,
    tokenIds: [...answer.tokenIds],
    tokenLogProbs: answer.logProbs.map((value) => Math.round(value * 1e4) / 1e4),
    finishReason: answer.finishReason,
    latencyMs: answer.latencyMs,
  }
}

function scoreAll(
  { spec }: SampleRun,
  given: {
    sample: Sample
    response: Response
    openings: OpeningTokens
    watchLogProbs: readonly number[]
  },
): Score[] {
  const { sample, response, openings, watchLogProbs } = given
  const evidence = { watchLogProbs, openings, targetLogProbs: null }
  const scores: Score[] = []
  for (const use of spec.scorers) {
    scores.push(...scoreAnswer({ use, sample, response, evidence }))
  }
  return scores
}
