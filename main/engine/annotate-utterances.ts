/** Utterances that a causal language model writes once more, with their slots in brackets: within a grammar, so that all parse. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import { annotationGrammar } from './annotation-grammar.ts'
import type { SampleRun, SampleSink } from './evaluate.ts'
import { requireRunner } from './runtime/open-runner.ts'
import type { ConstrainedRequest, ConstrainedResult } from './runtime/types.ts'
import { scoreAnswer } from './scorers/index.ts'
import { suiteRecord, toRequest, type AnnotateRequest } from './suites/index.ts'

type Labels = readonly string[]

interface Task extends ConstrainedRequest<Labels> {
  readonly sample: Sample
  readonly request: AnnotateRequest
}

/** Annotates all samples and reports each one scored, in order of completion. */
export async function annotateUtterances(run: SampleRun, sink: SampleSink): Promise<void> {
  if (run.samples.length === 0) return
  const { prepared, surroundings, batchSize } = run
  const runner = requireRunner(prepared.runner, 'decoder')
  const toTask = taskMaker(run)
  const waiting = new Map<string, Task>()
  const tasks = function* (): Generator<Task> {
    for (const sample of inReadingOrder(run.samples)) {
      const task = tryTask(toTask, sample, sink)
      if (task === null) continue
      waiting.set(sample.id, task)
      sink.started([sample])
      yield task
    }
  }
  const options = { batchSize, signal: surroundings.signal, onTokens: sink.tokens }
  for await (const result of runner.generateWithin(tasks(), options)) {
    const task = waiting.get(result.key)
    if (task === undefined) continue
    waiting.delete(result.key)
    const { sample } = task
    const response = toResponse(run, task, result)
    const evidence = { watchLogProbs: null, openings: null, targetLogProbs: null }
    const scores = run.spec.scorers.flatMap((use): Score[] =>
      scoreAnswer({ use, sample, response, evidence }),
    )
    sink.result({ sample, response, scores, error: null })
  }
}

/** With the same worked examples one after the other, so that those are read once; utterances of a length end together. */
function inReadingOrder(samples: readonly Sample[]): Sample[] {
  const words = ({ utterance }: Sample): number => utterance?.words.length ?? 0
  const longestFirst = samples.toSorted((a, b) => words(b) - words(a))
  return [...Map.groupBy(longestFirst, ({ preamble = '' }) => preamble).values()].flat()
}

/** The task, or null after the sample's error was reported. */
function tryTask(toTask: (sample: Sample) => Task, sample: Sample, sink: SampleSink): Task | null {
  try {
    return toTask(sample)
  } catch (error) {
    sink.result({ sample, response: null, scores: [], error: toAppError(error) })
    return null
  }
}

function taskMaker({ spec, prepared }: SampleRun): (sample: Sample) => Task {
  const { tokenizer } = prepared
  const grammar = annotationGrammar(tokenizer)
  return (sample) => {
    const request = toRequest(suiteRecord(spec.suiteId), sample)
    if (request.kind !== 'annotate') {
      throw new ActbenchError({
        code: 'internal',
        message: `Sample ${sample.id}: expected words to annotate, found a request to ${request.kind}.`,
      })
    }
    const promptIds = tokenizer.encode(request.context, { addSpecial: true })
    const spoken = tokenizer.encode(request.words.join(' '), { addSpecial: false }).length
    requireRoom(spec.model.contextLength, promptIds.length + spoken * longestWord)
    return { key: sample.id, promptIds, start: grammar(request), sample, request }
  }
}

/** Tokens of a word at most that is a slot by itself, for each token of the word: brackets and a name are about nine. */
const longestWord = 10

function requireRoom(contextLength: number | null, tokens: number): void {
  if (contextLength === null || tokens <= contextLength) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `The prompt and its annotation may take ${tokens} tokens, more than the model's context of ${contextLength}.`,
    remedy: 'Use fewer examples, or leave this sample out.',
  })
}

function toResponse(
  { prepared }: SampleRun,
  { request, promptIds }: Task,
  { outcome, tokenIds, logProbs, latencyMs }: ConstrainedResult<Labels>,
): Response {
  return {
    text: prepared.tokenizer.decode(tokenIds).trim(),
    renderedPrompt: request.context,
    promptTokens: promptIds.length,
    tokenIds: [...tokenIds],
    tokenLogProbs: logProbs.map((value) => Math.round(value * 1e4) / 1e4),
    finishReason: 'stop',
    latencyMs,
    understanding: { intent: '', labels: [...outcome], intentLogProb: null },
  }
}
