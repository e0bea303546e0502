/** Samples that are multiple choice: the likelihood of every choice, nothing generated. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import { encodePairs, truncatePair } from './encode-pair.ts'
import type { SampleRun, SampleSink } from './evaluate.ts'
import type { ContinuationResult, ContinuationRow } from './runtime/types.ts'
import { scoreAnswer } from './scorers/index.ts'
import { suiteRecord, toRequest, type ChoicesRequest } from './suites/index.ts'

/** Samples that are handed to the runner together; it forms its runs among them by their length. */
const samplesTogether = { cpu: 8, cuda: 64, webgpu: 16 } as const

interface Question {
  readonly sample: Sample
  readonly request: ChoicesRequest
  /** What goes through the model: one row for all choices, or one each where the context had to be cut differently. */
  readonly rows: readonly ContinuationRow[]
}

type Choice = NonNullable<Response['choices']>[number]

/** Ranks the choices of every sample and reports it. */
export async function scoreChoices(run: SampleRun, sink: SampleSink): Promise<void> {
  const together = Math.min(run.batchSize, samplesTogether[run.prepared.runner.device.provider])
  // Longest first: contexts of similar length share a run, and what the memory cannot hold shows at once. Letters stand for tokens,
  // so that a long suite need not be encoded before it starts.
  const ordered = run.samples.toSorted((a, b) => letters(b) - letters(a))
  for (let at = 0; at < ordered.length; at += together) {
    const questions = ordered.slice(at, at + together).flatMap((sample) => {
      const question = tryQuestion(run, sample, sink)
      return question === null ? [] : [question]
    })
    await scoreTogether(run, questions, sink)
  }
}

function letters({ preamble = '', prompt }: Sample): number {
  return preamble.length + prompt.length
}

/** The question in tokens, or null after the sample's error was reported. */
function tryQuestion(run: SampleRun, sample: Sample, sink: SampleSink): Question | null {
  try {
    return toQuestion(run, sample)
  } catch (error) {
    sink.result({ sample, response: null, scores: [], error: toAppError(error) })
    return null
  }
}

function toQuestion({ spec, prepared }: SampleRun, sample: Sample): Question {
  const request = toRequest(suiteRecord(spec.suiteId), sample)
  if (request.kind !== 'choices') {
    throw new ActbenchError({
      code: 'internal',
      message: `Sample ${sample.id}: expected choices, found a request to ${request.kind}.`,
    })
  }
  const pairs = encodePairs(prepared.tokenizer, request).map((pair) =>
    truncatePair(pair, spec.model.contextLength),
  )
  const lengths = new Set(pairs.map(({ context }) => context.length))
  const rows =
    lengths.size === 1
      ? [{ context: pairs[0].context, continuations: pairs.map((pair) => pair.continuation) }]
      : pairs.map(({ context, continuation }) => ({ context, continuations: [continuation] }))
  return { sample, request, rows }
}

/** Only these are with the model: a death of the process must not be laid to samples that still wait. */
async function scoreTogether(
  run: SampleRun,
  questions: readonly Question[],
  sink: SampleSink,
): Promise<void> {
  if (questions.length === 0) return
  const { prepared, surroundings } = run
  sink.started(questions.map(({ sample }) => sample))
  const startedAt = surroundings.now()
  const places = questions.flatMap(({ rows }, question) => rows.map((_, at) => ({ question, at })))
  const found = questions.map(({ rows }) => rows.map((): readonly Choice[] | null => null))
  const options = { batchSize: run.batchSize, signal: surroundings.signal }
  const rows = questions.flatMap((question) => question.rows)
  for await (const result of prepared.runner.scoreContinuations(rows, options)) {
    const { question, at } = places[result.index]
    found[question][at] = result.continuations.map(toChoice)
    const choices = found[question]
    if (!choices.every((part) => part !== null)) continue
    report(run, sink, {
      ...questions[question],
      choices: choices.flat(),
      latencyMs: surroundings.now() - startedAt,
    })
  }
}

function toChoice({ logProbs, isGreedy }: ContinuationResult['continuations'][number]): Choice {
  const sum = logProbs.reduce((total, value) => total + value, 0)
  return { logProb: Math.round(sum * 1e6) / 1e6, tokens: logProbs.length, isGreedy }
}

function report(
  { spec }: SampleRun,
  sink: SampleSink,
  answered: Question & { choices: readonly Choice[]; latencyMs: number },
): void {
  const { sample, request, rows, choices, latencyMs } = answered
  const sums = choices.map(({ logProb }) => logProb)
  const best = sums.indexOf(Math.max(...sums))
  const response: Response = {
    text: sample.choices?.[best] ?? '',
    renderedPrompt: request.context,
    promptTokens: rows[0].context.length,
    tokenIds: [],
    tokenLogProbs: [],
    finishReason: 'stop',
    latencyMs,
    choices: [...choices],
  }
  const evidence = { watchLogProbs: null, openings: null, targetLogProbs: null }
  const scores = spec.scorers.flatMap((use): Score[] =>
    scoreAnswer({ use, sample, response, evidence }),
  )
  sink.result({ sample, response, scores, error: null })
}
