/** Do the judges of a suite agree? Every pair of them on the answers that both have judged, all configurations together. */
import type { Agreement } from '#contract/comparisons'
import { agreement, confusionOf, kappaInterval, type VerdictPair } from '../stats/index.ts'
import {
  judgesOf,
  verdictMetrics,
  verdictOfLabel,
  type JudgedAnswer,
  type JudgeSeries,
  type VerdictMetric,
} from './judged-answer.ts'

/** A person's labels stand last, as the judge `human`. Pairs without a common answer are left out. */
export function agreementsOf(input: {
  readonly suiteId: string
  readonly answers: readonly JudgedAnswer[]
}): Agreement[] {
  const { suiteId, answers } = input
  return verdictMetrics.flatMap((metric) => {
    const judges = [...judgesOf(answers, metric), ...person(answers, metric)]
    return judges.flatMap((first, at) =>
      judges.slice(at + 1).flatMap((second): Agreement[] => {
        const pairs = pairsOf(answers, first, second)
        return pairs.length === 0 ? [] : [describe({ suiteId, metric, first, second, pairs })]
      }),
    )
  })
}

function person(answers: readonly JudgedAnswer[], metric: VerdictMetric): JudgeSeries[] {
  const verdicts = answers.map((answer) => verdictOfLabel(answer, metric))
  const hasAny = verdicts.some((verdict) => verdict !== null)
  return hasAny ? [{ scorer: 'human', variant: '', judge: 'human', verdicts }] : []
}

/** Answers to one prompt by several configurations resemble each other: the prompt is the cluster. */
function pairsOf(
  answers: readonly JudgedAnswer[],
  first: JudgeSeries,
  second: JudgeSeries,
): VerdictPair[] {
  return answers.flatMap(({ sampleId }, at) => {
    const one = first.verdicts[at]
    const other = second.verdicts[at]
    return one === null || other === null ? [] : [{ first: one, second: other, cluster: sampleId }]
  })
}

function describe(input: {
  readonly suiteId: string
  readonly metric: string
  readonly first: JudgeSeries
  readonly second: JudgeSeries
  readonly pairs: readonly VerdictPair[]
}): Agreement {
  const { suiteId, metric, first, second, pairs } = input
  const counts = confusionOf(pairs)
  const { value, low, high } = kappaInterval(pairs)
  return {
    suiteId,
    metric,
    judges: [first.judge, second.judge],
    n: pairs.length,
    kappa: value,
    low,
    high,
    agreement: agreement(counts).accuracy ?? 0,
    table: [counts.truePositive, counts.falsePositive, counts.falseNegative, counts.trueNegative],
  }
}
