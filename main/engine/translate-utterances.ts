/** Utterances of words: intent and slots as a text-to-text model writes them down, in the form of the published MASSIVE models. */
import { defaultBeams } from '#contract/configurations'
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import type { SampleRun, SampleSink } from './evaluate.ts'
import { overflow } from './label-utterances.ts'
import { decodeOutput } from './nlu/index.ts'
import { requireRunner } from './runtime/open-runner.ts'
import type { TranslateResult } from './runtime/translate-types.ts'
import { scoreAnswer } from './scorers/index.ts'
import { suiteRecord, toRequest } from './suites/index.ts'

/** Input and output at most, special tokens included, as in the reference implementation. */
const mostTokens = 512
/** The word that tells the model what to do; it is tokenised as one more word. */
const task = 'Annotate:'
/** Batches whose utterances are put in order of length together: little padding, and a job cut short still covers all locales. */
const sortedBatches = 16

interface Source {
  readonly sample: Sample
  readonly words: readonly string[]
  readonly ids: readonly number[]
}

/** Has all samples written down and reports each one scored. */
export async function translateUtterances(run: SampleRun, sink: SampleSink): Promise<void> {
  if (run.samples.length === 0) return
  const { prepared, batchSize, surroundings } = run
  const { beams = defaultBeams } = run.spec.configuration.decoding
  const runner = requireRunner(prepared.runner, 'encoder-decoder')
  const waiting = new Map<string, Source>()
  // An utterance is with the model from when the runner asks for it, which it does batch by batch.
  const requests = function* () {
    for (const source of inOrder(run, sink)) {
      waiting.set(source.sample.id, source)
      sink.started([source.sample])
      yield { key: source.sample.id, sourceIds: source.ids }
    }
  }
  const results = runner.translate(requests(), {
    beams,
    maxNewTokens: mostTokens,
    stopIds: prepared.tokenizer.eosIds,
    batchSize,
    signal: surroundings.signal,
    onTokens: sink.tokens,
  })
  for await (const result of results) {
    const source = waiting.get(result.key)
    if (source === undefined) continue
    waiting.delete(result.key)
    report(run, { source, result, sink })
  }
}

/** Sources batch by batch, in windows of several, the longest of a window first. */
function* inOrder(run: SampleRun, sink: SampleSink): Generator<Source> {
  const window = run.batchSize * sortedBatches
  for (let at = 0; at < run.samples.length; at += window) {
    const sources = run.samples.slice(at, at + window).flatMap((sample) => {
      const source = trySource(run, sample, sink)
      return source === null ? [] : [source]
    })
    yield* sources.toSorted((a, b) => b.ids.length - a.ids.length)
  }
}

/** The utterance in tokens, or null after the sample's error was reported. */
function trySource(run: SampleRun, sample: Sample, sink: SampleSink): Source | null {
  try {
    const request = toRequest(suiteRecord(run.spec.suiteId), sample)
    if (request.kind !== 'label') {
      throw new ActbenchError({
        code: 'internal',
        message: `Sample ${sample.id}: expected words, found a request of kind ${request.kind}.`,
      })
    }
    const words = [task, ...request.words]
    const { ids } = run.prepared.tokenizer.encodeWords(words, { maxTokens: mostTokens })
    return { sample, words, ids }
  } catch (error) {
    sink.result({ sample, response: null, scores: [], error: toAppError(error) })
    return null
  }
}

function report(
  run: SampleRun,
  given: { source: Source; result: TranslateResult; sink: SampleSink },
): void {
  const { source, result, sink } = given
  const { sample } = source
  if (!result.isFinite) {
    sink.result({ sample, response: null, scores: [], error: toAppError(overflow(sample)) })
    return
  }
  const response = toResponse(run, source, result)
  const evidence = { watchLogProbs: null, openings: null, targetLogProbs: null }
  const scores = run.spec.scorers.flatMap((use): Score[] =>
    scoreAnswer({ use, sample, response, evidence }),
  )
  sink.result({ sample, response, scores, error: null })
}

function toResponse(run: SampleRun, { words, ids }: Source, result: TranslateResult): Response {
  const text = run.prepared.tokenizer.decode(result.tokenIds)
  return {
    text,
    renderedPrompt: words.join(' '),
    promptTokens: ids.length,
    tokenIds: [...result.tokenIds],
    tokenLogProbs: result.logProbs.map((value) => Math.round(value * 1e4) / 1e4),
    finishReason: result.finishReason,
    latencyMs: result.latencyMs,
    understanding: { ...decodeOutput(text), intentLogProb: null },
  }
}
