/** How good is each judge, measured by a person's labels: its errors, and what the rates would be without them. */
import type { JudgeAccuracy, LabelReport } from '#contract/labels'
import {
  agreement,
  confusionOf,
  correctedRate,
  kappaInterval,
  wilsonInterval,
} from '../stats/index.ts'
import {
  judgesOf,
  verdictMetrics,
  verdictOfLabel,
  type JudgedAnswer,
  type JudgeSeries,
  type VerdictMetric,
} from './judged-answer.ts'

/**
 * The report over one suite. `answers` are all of its answers, labelled or not: errors come from the labelled ones, rates
 * from all. Errors are taken to be the same in every column, since labels are drawn evenly over them; a judge that errs
 * more on one configuration biases that configuration's corrected rate.
 */
export function assessJudges(input: {
  readonly columns: readonly string[]
  readonly answers: readonly JudgedAnswer[]
}): LabelReport {
  const { answers } = input
  const labels = answers.flatMap(({ label }) => label?.says ?? [])
  const judges = verdictMetrics.flatMap((metric) =>
    judgesOf(answers, metric).flatMap((series) => assess({ ...input, metric, series })),
  )
  const counts: Record<string, number> = {}
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  return {
    labelled: labels.length,
    counts,
    judges,
    moreForHalfWidth: moreLabels(judges, labels.length),
  }
}

/** Nothing for a judge that has no labelled answer. */
function assess(input: {
  readonly columns: readonly string[]
  readonly answers: readonly JudgedAnswer[]
  readonly metric: VerdictMetric
  readonly series: JudgeSeries
}): JudgeAccuracy[] {
  const { columns, answers, metric, series } = input
  const pairs = answers.flatMap((answer, at) => {
    const first = series.verdicts[at]
    const second = verdictOfLabel(answer, metric)
    return first === null || second === null ? [] : [{ first, second, cluster: answer.sampleId }]
  })
  if (pairs.length === 0) return []
  const counts = confusionOf(pairs)
  const errors = agreement(counts)
  const { truePositive, falsePositive, falseNegative, trueNegative } = counts
  return [
    {
      scorer: series.scorer,
      variant: series.variant,
      judge: series.judge,
      metric,
      n: pairs.length,
      sensitivity: shareOf(truePositive, truePositive + falseNegative),
      specificity: shareOf(trueNegative, trueNegative + falsePositive),
      agreement: shareOf(truePositive + trueNegative, pairs.length),
      kappa: kappaInterval(pairs),
      rates: columns.map((column, index) => {
        const judged = rateOf(answers, series, index)
        const corrected = judged === null ? null : correctedRate(judged, errors)
        return { column, judged, corrected }
      }),
    },
  ]
}

function shareOf(part: number, n: number): JudgeAccuracy['sensitivity'] {
  return { ...wilsonInterval(part, n), n }
}

/** Share of a column's judged answers that the judge calls so. */
function rateOf(
  answers: readonly JudgedAnswer[],
  series: JudgeSeries,
  column: number,
): number | null {
  const verdicts = answers.flatMap((answer, at) =>
    answer.column === column ? (series.verdicts[at] ?? []) : [],
  )
  if (verdicts.length === 0) return null
  return verdicts.reduce((sum, verdict) => sum + verdict, 0) / verdicts.length
}

/**
 * Labels beyond the present ones that would halve the widest interval, if the rates stay as they are and new labels fall
 * as the present ones did. Null without labels.
 */
function moreLabels(judges: readonly JudgeAccuracy[], labelled: number): number | null {
  const shares = judges.flatMap(({ sensitivity, specificity }) => [sensitivity, specificity])
  const known = shares.filter(({ n }) => n > 0)
  const [widest] = known.toSorted((a, b) => widthOf(b) - widthOf(a))
  if (widest === undefined) return null
  const { n } = widest
  const rate = widest.value ?? 0
  const goal = widthOf(widest) / 2
  let needed = n
  // Width falls about as 1 / sqrt(n): this ends near 4 n.
  while (widthOf(wilsonInterval(rate * needed, needed)) > goal) needed += 1
  return Math.ceil(((needed - n) * labelled) / n)
}

function widthOf({ low, high }: { low: number | null; high: number | null }): number {
  return (high ?? 1) - (low ?? 0)
}
