/** Samples that are multiple choice: the likelihood of every choice, nothing generated. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import { encodeChoices, type TokenPair, truncatePair } from './encode-pair.ts'
import type { SampleRun, SampleSink } from './evaluate.ts'
import { requireRunner } from './runtime/open-runner.ts'
import type { ContinuationResult, ContinuationRow } from './runtime/types.ts'
import { scoreAnswer } from './scorers/index.ts'
import { suiteRecord, toRequest, type ChoicesRequest } from './suites/index.ts'

interface Question {
  readonly sample: Sample
  readonly request: ChoicesRequest
  /** What goes through the model: one row for all choices, or one each where the context had to be cut differently. */
  readonly rows: readonly ContinuationRow[]
}

type Choice = NonNullable<Response['choices']>[number]

/** A question that is with the model, and what is known of its rows. */
interface Asked {
  readonly question: Question
  readonly startedMs: number
  readonly found: (readonly Choice[] | null)[]
}

/** Ranks the choices of every sample and reports it. */
export async function scoreChoices(run: SampleRun, sink: SampleSink): Promise<void> {
  if (run.samples.length === 0) return
  const { prepared, surroundings, batchSize } = run
  // Rows that are with the model, by their number; a long suite must not be held whole.
  const places = new Map<number, { readonly asked: Asked; readonly at: number }>()
  let count = 0
  // A question is encoded when the runner asks for the next one: a long suite starts at once, and only what is with the model
  // counts as started, so that a death of the process is not laid to samples that still wait.
  const rows = function* (): Generator<ContinuationRow> {
    for (const sample of inReadingOrder(run.samples)) {
      const question = tryQuestion(run, sample, sink)
      if (question === null) continue
      sink.started([sample])
      const found = question.rows.map(() => null)
      const asked = { question, startedMs: surroundings.now(), found }
      for (const [at, row] of question.rows.entries()) {
        places.set(count++, { asked, at })
        yield row
      }
    }
  }
  const runner = requireRunner(prepared.runner, 'decoder')
  const options = { batchSize, signal: surroundings.signal }
  for await (const result of runner.scoreContinuations(rows(), options)) {
    const place = places.get(result.index)
    if (place === undefined) continue
    places.delete(result.index)
    const { asked, at } = place
    asked.found[at] = result.continuations.map(toChoice)
    const choices = asked.found
    if (!choices.every((part) => part !== null)) continue
    const latencyMs = surroundings.now() - asked.startedMs
    report(run, sink, { ...asked.question, choices: choices.flat(), latencyMs })
  }
}

/**
 * Samples with the same worked examples one after the other, so that those are read once. Longest first: contexts of similar length
 * share a run, and what the memory cannot hold shows at once. Letters stand for tokens, so that nothing need be encoded before.
 */
function inReadingOrder(samples: readonly Sample[]): Sample[] {
  const longestFirst = samples.toSorted((a, b) => letters(b) - letters(a))
  return [...Map.groupBy(longestFirst, ({ preamble = '' }) => preamble).values()].flat()
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
  const { contextLength } = spec.model
  const whole = encodeChoices(prepared.tokenizer, request)
  if (request.mustFit === true) requireRoom(whole, contextLength)
  const pairs = whole.map((pair) => truncatePair(pair, contextLength))
  const rows = haveOneContext(pairs)
    ? [{ context: pairs[0].context, continuations: pairs.map((pair) => pair.continuation) }]
    : pairs.map(({ context, continuation }) => ({ context, continuations: [continuation] }))
  return { sample, request, rows }
}

/** The last token is predicted but never read. */
function requireRoom(pairs: readonly TokenPair[], contextLength: number | null): void {
  const longest = Math.max(...pairs.map((pair) => pair.context.length + pair.continuation.length))
  if (contextLength === null || longest <= contextLength + 1) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `The question has ${longest} tokens with its longest choice, more than the model's context of ${contextLength}.`,
    remedy: 'Use fewer worked examples, or a model with a longer context.',
  })
}

function haveOneContext([first, ...others]: readonly TokenPair[]): boolean {
  return others.every(
    ({ context }) =>
      context === first.context ||
      (context.length === first.context.length &&
        context.every((id, at) => id === first.context[at])),
  )
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
  const chosen = sample.choices?.[best] ?? ''
  const response: Response = {
    text: chosen,
    renderedPrompt: request.context,
    promptTokens: rows[0].context.length,
    tokenIds: [],
    tokenLogProbs: [],
    finishReason: 'stop',
    latencyMs,
    choices: [...choices],
    ...(sample.utterance === undefined ? {} : { understanding: intentAlone(chosen, sums[best]) }),
  }
  const evidence = { watchLogProbs: null, openings: null, targetLogProbs: null }
  const scores = spec.scorers.flatMap((use): Score[] =>
    scoreAnswer({ use, sample, response, evidence }),
  )
  sink.result({ sample, response, scores, error: null })
}

function intentAlone(intent: string, intentLogProb: number): Response['understanding'] {
  return { intent, labels: [], intentLogProb }
}
