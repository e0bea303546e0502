/** Utterances of words: their intent and the slot of each word, by an encoder with heads; nothing is generated. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import type { SampleRun, SampleSink } from './evaluate.ts'
import { annotate } from './nlu/index.ts'
import { largest } from './runtime/label.ts'
import { requireRunner } from './runtime/open-runner.ts'
import type { EncoderRunner, LabelResult, LabelRow } from './runtime/types.ts'
import { scoreAnswer } from './scorers/index.ts'
import { suiteRecord, toRequest } from './suites/index.ts'

/** Tokens of an utterance at most, special ones included, as in the reference implementation. */
const mostTokens = 512
/** Label of words that were cut off or have no token. */
const outside = 'Other'

interface Utterance extends LabelRow {
  readonly sample: Sample
  readonly words: readonly string[]
}

/** Batches whose utterances are put in order of length together: little padding, and a job cut short still covers all locales. */
const sortedBatches = 16

/** Labels all samples and reports each one scored, window by window, the longest utterances of a window first. */
export async function labelUtterances(run: SampleRun, sink: SampleSink): Promise<void> {
  if (run.samples.length === 0) return
  const { prepared, batchSize } = run
  const runner = requireRunner(prepared.runner, 'encoder')
  const window = batchSize * sortedBatches
  for (let first = 0; first < run.samples.length; first += window) {
    const utterances = run.samples.slice(first, first + window).flatMap((sample) => {
      const utterance = tryUtterance(run, { sample, runner, sink })
      return utterance === null ? [] : [utterance]
    })
    const ordered = utterances.toSorted((a, b) => b.ids.length - a.ids.length)
    for (let at = 0; at < ordered.length; at += batchSize) {
      await labelTogether(run, { utterances: ordered.slice(at, at + batchSize), runner, sink })
    }
  }
}

/** Only these are with the model: a death of the process must not be laid to utterances that still wait. */
async function labelTogether(
  run: SampleRun,
  given: { utterances: readonly Utterance[]; runner: EncoderRunner; sink: SampleSink },
): Promise<void> {
  const { utterances, runner, sink } = given
  const { signal, now } = run.surroundings
  sink.started(utterances.map(({ sample }) => sample))
  const startedAt = now()
  const options = { batchSize: run.batchSize, signal }
  for await (const result of runner.label(utterances, options)) {
    const utterance = utterances[result.index]
    const { sample } = utterance
    if (!result.isFinite) {
      sink.result({ sample, response: null, scores: [], error: toAppError(overflow(sample)) })
      continue
    }
    const response = toResponse(utterance, { result, runner, latencyMs: now() - startedAt })
    const evidence = { watchLogProbs: null, openings: null, targetLogProbs: null }
    const scores = run.spec.scorers.flatMap((use): Score[] =>
      scoreAnswer({ use, sample, response, evidence }),
    )
    sink.result({ sample, response, scores, error: null })
  }
}

/** The utterance in tokens, or null after the sample's error was reported. */
function tryUtterance(
  run: SampleRun,
  given: { sample: Sample; runner: EncoderRunner; sink: SampleSink },
): Utterance | null {
  const { sample, runner, sink } = given
  try {
    return toUtterance(run, sample, runner.contextLength)
  } catch (error) {
    sink.result({ sample, response: null, scores: [], error: toAppError(error) })
    return null
  }
}

function toUtterance(run: SampleRun, sample: Sample, contextLength: number): Utterance {
  const request = toRequest(suiteRecord(run.spec.suiteId), sample)
  if (request.kind !== 'label') {
    throw new ActbenchError({
      code: 'internal',
      message: `Sample ${sample.id}: expected words, found a request of kind ${request.kind}.`,
    })
  }
  const { words } = request
  const maxTokens = Math.min(mostTokens, contextLength)
  const encoded = run.prepared.tokenizer.encodeWords(words, { maxTokens })
  return { sample, words, ...encoded }
}

function toResponse(
  { words, ids }: Utterance,
  given: { result: LabelResult; runner: EncoderRunner; latencyMs: number },
): Response {
  const { result, runner, latencyMs } = given
  const { intents = [], slots = [] } = runner.joint ?? {}
  const { intentLogits } = result
  const best = largest(intentLogits)
  const intent = intents[best]
  const labels = Array.from(result.slots, (slot) => (slot < 0 ? outside : slots[slot]))
  return {
    text: `${intent}\n${annotate(words, labels)}`,
    renderedPrompt: words.join(' '),
    promptTokens: ids.length,
    tokenIds: [],
    tokenLogProbs: [],
    finishReason: 'stop',
    latencyMs,
    understanding: { intent, labels, intentLogProb: logProbability(intentLogits, best) },
  }
}

/** ln softmax(logits)[at], to six digits. */
function logProbability(logits: Float32Array, at: number): number {
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - logits[at]), 0)
  return Math.round(-Math.log(sum) * 1e6) / 1e6 + 0
}

/** Of a sample whose logits mean nothing any more. */
export function overflow({ id }: Sample): ActbenchError {
  return new ActbenchError({
    code: 'incompatible',
    message: `Sample ${id}: expected finite logits from the model, found values that overflowed.`,
    remedy: 'Lower the strength, leave out the layers that overflow, or use exact precision.',
  })
}
