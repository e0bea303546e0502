/** A registered model as the judge: exact precision, its own chat template, greedy. */
import { ActbenchError } from '#contract/errors'
import type { JobEvent, JobSpec } from '#contract/jobs'
import { describeEnvironment } from './environment.ts'
import type { Bench, JudgeSink, Question } from './judge-answers.ts'
import { restartPeakMemory } from './peak-memory.ts'
import { prepare, type Prepared } from './prepare.ts'
import { requireRunner } from './runtime/open-runner.ts'
import { encodeChat } from './tokenizer/chat.ts'
import type { Tokenizer } from './tokenizer/types.ts'

/** A judge's prompts are long and its replies short: on a processor more rows add memory, not speed. */
const rowsOnCpu = 4

export async function askModel(
  bench: Bench,
  sink: JudgeSink,
  counts: { readonly total: number; readonly remaining: number },
): Promise<void> {
  const { rubric, questions, surroundings } = bench
  const spec = judgeSpec(bench.spec, rubric.maxNewTokens)
  const {
    machine,
    batchSize: most,
    environment,
  } = await describeEnvironment(spec, surroundings.bench)
  const batchSize = machine.provider === 'cpu' ? Math.min(most, rowsOnCpu) : most
  sink.event({ type: 'job-started', ...counts, environment: { ...environment, batchSize } })
  if (questions.length === 0) return
  const prepared = await prepareJudge(prepare(spec, surroundings, machine), sink)
  try {
    restartPeakMemory()
    const detail = `${rubric.record.title} by ${spec.model.name}`
    sink.event({ type: 'stage-changed', stage: 'scoring', detail })
    await askAll({ bench, sink, spec, prepared, batchSize })
  } finally {
    await prepared.close()
  }
}

/** Passes the events on and returns what the generator returns. */
async function prepareJudge(
  steps: AsyncGenerator<JobEvent, Prepared>,
  sink: JudgeSink,
): Promise<Prepared> {
  for (;;) {
    const step = await steps.next()
    if (step.done === true) return step.value
    sink.event(step.value)
  }
}

async function askAll(given: {
  readonly bench: Bench
  readonly sink: JudgeSink
  readonly spec: JobSpec
  readonly prepared: Prepared
  readonly batchSize: number
}): Promise<void> {
  const { bench, sink, spec, prepared, batchSize } = given
  const { rubric, surroundings } = bench
  const { tokenizer } = prepared
  const runner = requireRunner(prepared.runner, 'decoder')
  requireChat(tokenizer, spec)
  const watched = rubric.record.reads === 'probabilities' ? findWords(tokenizer, spec) : null
  const waiting = new Map<string, Question>()
  const replies = runner.generate(requests({ bench, sink, tokenizer, spec, waiting }), {
    ...greedy,
    maxNewTokens: rubric.maxNewTokens,
    stopIds: tokenizer.eosIds,
    batchSize,
    watchIds: watched === null ? [] : [...watched.yes, ...watched.no],
    signal: surroundings.signal,
    onTokens: (count) => sink.event({ type: 'tokens-generated', count }),
  })
  for await (const { key, tokenIds, watchLogProbs } of replies) {
    const question = waiting.get(key)
    if (question === undefined) continue
    waiting.delete(key)
    sink.answered(question, {
      text: tokenizer.decode(tokenIds),
      probabilities: watched === null ? null : massOf(watched, watchLogProbs),
    })
  }
}

const greedy = { temperature: 0, topK: 0, topP: 1, seed: 0 } as const

/**
 * The judge must not differ from column to column: whatever the judged configuration is, it runs untouched and exact. Only
 * the provider that a person chose for it is kept. Jobs of one judge therefore share its session.
 */
function judgeSpec(spec: JobSpec, maxNewTokens: number): JobSpec {
  const { adapterId: _, ...configuration } = spec.configuration
  return {
    ...spec,
    adapter: null,
    configuration: {
      ...configuration,
      interventions: [],
      precision: 'exact',
      decoding: { ...configuration.decoding, maxNewTokens },
    },
  }
}

/** Encoded when the runner has a free row; what does not fit is reported instead of asked. */
function* requests(given: {
  readonly bench: Bench
  readonly sink: JudgeSink
  readonly tokenizer: Tokenizer
  readonly spec: JobSpec
  readonly waiting: Map<string, Question>
}): Generator<{ key: string; promptIds: readonly number[] }> {
  const { bench, sink, tokenizer, spec, waiting } = given
  const { rubric, questions } = bench
  const { contextLength } = spec.model
  for (const question of questions) {
    const promptIds = encodeChat(tokenizer, [{ role: 'user', content: question.prompt }])
    const needed = promptIds.length + rubric.maxNewTokens
    if (contextLength !== null && needed > contextLength) {
      const reason = `the question has ${promptIds.length} tokens, more than the judge's context of ${contextLength} holds`
      sink.failed(question, reason)
      continue
    }
    const key = question.answer.sample.id
    waiting.set(key, question)
    sink.asked(question)
    yield { key, promptIds }
  }
}

function requireChat({ chatTemplate }: Tokenizer, { model }: JobSpec): void {
  if (chatTemplate !== null) return
  throw new ActbenchError({
    code: 'unsupported',
    message: `Judge ${model.name}: expected a chat template, found none: it is a base model.`,
    remedy: 'Use an instruction-tuned model as the judge.',
  })
}

interface Words {
  readonly yes: readonly number[]
  readonly no: readonly number[]
}

/** Spellings at the beginning of a reply; each counts where it is one token. */
const spellings = (word: string): string[] => {
  const title = word.charAt(0).toUpperCase() + word.slice(1)
  return [word, title, word.toUpperCase()].flatMap((form) => [form, ` ${form}`])
}

/** Throws `unsupported` where the tokenizer cuts every spelling of one of the words. */
function findWords(tokenizer: Tokenizer, { model }: JobSpec): Words {
  const single = (word: string): number[] => {
    const encoded = spellings(word).map((form) => tokenizer.encode(form, { addSpecial: false }))
    return [...new Set(encoded.flatMap((ids) => (ids.length === 1 ? ids : [])))]
  }
  const words = { yes: single('yes'), no: single('no') }
  if (words.yes.length > 0 && words.no.length > 0) return words
  throw new ActbenchError({
    code: 'unsupported',
    message: `Judge ${model.name}: expected single tokens for yes and no, found ${words.yes.length} and ${words.no.length}.`,
    remedy: 'Use the rubric harmbench, which reads text, or another judge.',
  })
}

function massOf({ yes, no }: Words, logProbs: readonly number[]): { yes: number; no: number } {
  const sum = (values: readonly number[]) =>
    values.reduce((total, value) => total + Math.exp(value), 0)
  return {
    yes: sum(logProbs.slice(0, yes.length)),
    no: sum(logProbs.slice(yes.length, yes.length + no.length)),
  }
}
