/** Samples that are answered: prompt -> tokens -> text -> scores. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import type { SampleRun, SampleSink } from './evaluate.ts'
import type { GenerateResult } from './runtime/types.ts'
import { openingTokenIds, scoreAnswer, type OpeningTokens } from './scorers/index.ts'
import { suiteRecord, toRequest } from './suites/index.ts'
import { encodeChat } from './tokenizer/chat.ts'
import type { ChatMessage } from './tokenizer/types.ts'

interface Prompt {
  readonly sample: Sample
  readonly ids: readonly number[]
  readonly rendered: string
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
  const answers = prepared.runner.generate(requests(), {
    ...decoding,
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

function renderPrompt({ spec, prepared }: SampleRun, sample: Sample): Prompt {
  const request = toRequest(suiteRecord(spec.suiteId), sample)
  const user = request.kind === 'generate' ? request.user : request.text
  const { tokenizer } = prepared
  const messages = toMessages(spec.configuration.systemPrompt, user)
  const prompt =
    tokenizer.chatTemplate === null
      ? { sample, rendered: user, ids: tokenizer.encode(user, { addSpecial: true }) }
      : { sample, rendered: tokenizer.renderChat(messages), ids: encodeChat(tokenizer, messages) }
  requireRoom(prompt.ids.length, spec)
  return prompt
}

function toMessages(systemPrompt: string | null, user: string): ChatMessage[] {
  const turn: ChatMessage = { role: 'user', content: user }
  return systemPrompt === null ? [turn] : [{ role: 'system', content: systemPrompt }, turn]
}

function requireRoom(promptTokens: number, spec: SampleRun['spec']): void {
  const { contextLength } = spec.model
  const { maxNewTokens } = spec.configuration.decoding
  if (contextLength === null || promptTokens + maxNewTokens <= contextLength) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `The prompt has ${promptTokens} tokens; with ${maxNewTokens} new ones that is more than the model's context of ${contextLength}.`,
    remedy: 'Lower the number of new tokens, or leave this sample out.',
  })
}

function toResponse({ prepared }: SampleRun, prompt: Prompt, answer: GenerateResult): Response {
  return {
    text: prepared.tokenizer.decode(answer.tokenIds).trim(),
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
