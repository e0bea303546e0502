/**
 * A judging job from beginning to end: stored answers in, verdicts out, as a stream of complete events. The judge reads
 * an answer as ordinary text in its own chat template; it is an untouched model, decoded greedily.
 */
import { ActbenchError } from '#contract/errors'
import type { EngineTask, JobEvent, JobSpec } from '#contract/jobs'
import { askEndpoint } from './ask-endpoint.ts'
import { askModel } from './ask-model.ts'
import { createChannel } from './channel.ts'
import { findRubric, judgeScorer, scoresOf, scoresOfEmpty, unscored } from './judges/index.ts'
import { layOutPrompt } from './judges/exchange.ts'
import type { JudgeReading, Rubric } from './judges/types.ts'
import { jobDone, jobStopped } from './job-ended.ts'
import type { Surroundings } from './prepare.ts'

export type JudgingTask = Extract<EngineTask, { kind: 'judging' }>
type Answer = JudgingTask['answers'][number]

/** One question for a judge, ready to be put. */
export interface Question {
  readonly answer: Answer
  readonly prompt: string
}

/** What both kinds of judge work with. */
export interface Bench {
  readonly spec: JobSpec
  readonly task: JudgingTask
  readonly rubric: Rubric
  readonly surroundings: Surroundings
  /** Longest first, so that questions of similar length meet in a batch. */
  readonly questions: readonly Question[]
}

/** What a judge reports while it works. */
export interface JudgeSink {
  readonly event: (event: JobEvent) => void
  /** This one is with the judge now. */
  readonly asked: (question: Question) => void
  readonly answered: (question: Question, reading: JudgeReading) => void
  /** The judge cannot say anything about this one, for this reason. */
  readonly failed: (question: Question, reason: string) => void
}

/**
 * Judges `spec.task.answers`, those without a verdict yet. The stream always ends with `job-ended`; a failure is in it, not
 * thrown. A reply that cannot be understood is a verdict too, unscored, with the judge's words.
 */
export async function* judgeAnswers(
  spec: JobSpec,
  surroundings: Surroundings,
): AsyncGenerator<JobEvent, void> {
  try {
    const task = requireJudging(spec)
    const rubric = findRubric(task.use.rubric)
    requireReadable(rubric, task)
    const answers = task.answers.filter(({ sample }) => appliesTo(rubric, sample.expectation))
    const isEmpty = ({ response }: Answer) => response.text.trim() === ''
    const questions = answers
      .filter((answer) => !isEmpty(answer))
      .map((answer) => ({ answer, prompt: promptFor(rubric, answer) }))
      .toSorted((a, b) => b.prompt.length - a.prompt.length)
    const bench = { spec, task, rubric, surroundings, questions }
    const channel = createChannel<JobEvent>()
    const sink = sinkInto(bench, (event) => channel.push(event))
    const ask = task.use.by.kind === 'model' ? askModel : askEndpoint
    yield* channel.drain(async () => {
      await ask(bench, sink, { total: task.total, remaining: answers.length })
      const by = { rubric, variant: judgeScorer(task.use).variant }
      for (const { sample } of answers.filter(isEmpty)) {
        const scores = scoresOfEmpty({ ...by, sample })
        channel.push({ type: 'sample-judged', sampleId: sample.id, scores })
      }
    })
    yield jobDone()
  } catch (error) {
    yield jobStopped(error, surroundings.signal)
  }
}

function requireJudging({ task }: JobSpec): JudgingTask {
  if (task?.kind === 'judging') return task
  throw new ActbenchError({
    code: 'internal',
    message: `A judging job: expected its answers and judge, found ${task?.kind ?? 'no task'}.`,
  })
}

/** Servers give text only. */
function requireReadable({ record }: Rubric, { use }: JudgingTask): void {
  if (record.reads === 'text' || use.by.kind === 'model') return
  throw new ActbenchError({
    code: 'unsupported',
    message: `${record.title} reads probabilities, which ${use.by.model} at ${use.by.url} does not give.`,
    remedy: 'Use a registered model as the judge, or the rubric harmbench.',
  })
}

function appliesTo({ record }: Rubric, expectation: Answer['sample']['expectation']): boolean {
  return record.appliesTo.includes(expectation)
}

function promptFor({ record }: Rubric, { sample, response }: Answer): string {
  return layOutPrompt(record.prompt, { behavior: sample.prompt, response: response.text })
}

function sinkInto({ rubric, task }: Bench, push: (event: JobEvent) => void): JudgeSink {
  const { variant } = judgeScorer(task.use)
  const by = { rubric, variant }
  const judged = ({ answer }: Question, scores: ReturnType<typeof scoresOf>) => {
    push({ type: 'sample-judged', sampleId: answer.sample.id, scores })
  }
  return {
    event: push,
    asked: ({ answer }) => push({ type: 'samples-started', samples: [answer.sample] }),
    answered: (question, reading) =>
      judged(question, scoresOf({ ...by, sample: question.answer.sample, reading })),
    failed: (question, reason) =>
      judged(question, unscored({ ...by, sample: question.answer.sample, reason })),
  }
}
