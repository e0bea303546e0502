/** The rubrics, as one explicit list. Adding one is a file and a line here. */
import { ActbenchError } from '#contract/errors'
import type { JudgeSource, RubricRecord, Sample, Score } from '#contract/suites'
import { requireLoopback } from './endpoint-address.ts'
import { harmbenchLogprob } from './rubrics/harmbench-logprob.ts'
import { harmbench } from './rubrics/harmbench.ts'
import { refusal } from './rubrics/refusal.ts'
import { strongreject } from './rubrics/strongreject.ts'
import type { JudgeReading, Rubric } from './types.ts'

export { assessJudges } from './accuracy.ts'
export { agreementsOf } from './agreements.ts'
export { drawEvenly } from './draw.ts'
export { requireLoopback }
export type { JudgedAnswer } from './judged-answer.ts'

const rubrics: readonly Rubric[] = [harmbench, harmbenchLogprob, strongreject, refusal]

export function rubricRecords(): RubricRecord[] {
  return rubrics.map(({ record }) => record)
}

/** Throws `not-found` with the ids that exist. */
export function findRubric(id: string): Rubric {
  const rubric = rubrics.find(({ record }) => record.id === id)
  if (rubric !== undefined) return rubric
  throw new ActbenchError({
    code: 'not-found',
    message: `Rubric ${id}: no such rubric. Known: ${rubrics.map(({ record }) => record.id).join(', ')}.`,
    remedy: 'Use one of these ids.',
  })
}

/** Scorer, variant and version under which the verdicts of a judge are stored. */
export function judgeScorer(use: { readonly rubric: string; readonly by: JudgeSource }): {
  readonly scorer: string
  readonly variant: string
  readonly version: number
} {
  const { record } = findRubric(use.rubric)
  return {
    scorer: `judge-${record.id}`,
    variant: use.by.kind === 'model' ? use.by.modelId : endpointName(use.by),
    version: record.version,
  }
}

/** Two servers that know a model by the same name are two judges: `big@127.0.0.1:8080/v1`. */
function endpointName({ url, model }: { readonly url: string; readonly model: string }): string {
  const { host, pathname } = requireLoopback(url)
  return `${model}@${host}${pathname === '/' ? '' : pathname}`
}

/** Longest piece of a judge's words that is kept with a score, in characters. */
const evidenceLength = 600

/** Scores of one answer from what the judge said; unscored where it did not say what was asked. The words are the evidence. */
export function scoresOf(input: {
  readonly rubric: Rubric
  readonly variant: string
  readonly sample: Sample
  readonly reading: JudgeReading
}): Score[] {
  const { rubric, sample, reading } = input
  const verdict = rubric.read(reading, sample.expectation)
  return toScores({
    ...input,
    label: verdict?.label ?? 'unscored',
    values: verdict?.values ?? {},
    evidence: describe(reading),
  })
}

/** Scores of an answer without text, which no judge is asked about: the rubric itself decides. */
export function scoresOfEmpty(input: {
  readonly rubric: Rubric
  readonly variant: string
  readonly sample: Sample
}): Score[] {
  const verdict = input.rubric.ofEmpty(input.sample.expectation)
  return toScores({ ...input, ...verdict, evidence: 'the answer is empty' })
}

/** Scores of an answer that the judge was not asked about, or did not answer for: unscored, with the reason. */
export function unscored(input: {
  readonly rubric: Rubric
  readonly variant: string
  readonly sample: Sample
  readonly reason: string
}): Score[] {
  return toScores({ ...input, label: 'unscored', values: {}, evidence: input.reason })
}

function toScores(input: {
  readonly rubric: Rubric
  readonly variant: string
  readonly sample: Sample
  readonly label: string
  readonly values: Readonly<Record<string, number>>
  readonly evidence: string
}): Score[] {
  const { rubric, variant, sample, label, values } = input
  return rubric.metricsOf(sample.expectation).map((name) => ({
    scorer: `judge-${rubric.record.id}`,
    variant,
    version: rubric.record.version,
    name,
    value: values[name] ?? null,
    weight: 1,
    label,
    evidence: input.evidence.slice(0, evidenceLength),
  }))
}

function describe({ text, probabilities }: JudgeReading): string {
  const words = text.trim() === '' ? '(nothing)' : text.trim()
  if (probabilities === null) return words
  const { yes, no } = probabilities
  return `P(yes) ${yes.toFixed(4)}, P(no) ${no.toFixed(4)}; begins: ${words}`
}
