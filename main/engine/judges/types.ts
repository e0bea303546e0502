/** What a rubric is: the question that a judge model is asked about an answer, and how its reply becomes scores. */
import type { Expectation, RubricRecord } from '#contract/suites'

/** What came back from the judge for one answer. */
export interface JudgeReading {
  /** The judge's words, as it wrote them. */
  readonly text: string
  /** Probability of each watched word at the first position of the reply; null where only text can be had. */
  readonly probabilities: { readonly yes: number; readonly no: number } | null
}

export interface Verdict {
  /** A word for people, stored with every score. */
  readonly label: string
  /** By metric; those of `metricsOf` that are missing stay unscored. */
  readonly values: Readonly<Record<string, number>>
}

export interface Rubric {
  readonly record: RubricRecord
  /** Longest reply of a registered model; one that thinks aloud first is not understood. */
  readonly maxNewTokens: number
  /** Metrics of an answer to a prompt of this kind; empty where the rubric has nothing to say. */
  readonly metricsOf: (expectation: Expectation) => readonly string[]
  /** What the rubric says of an answer without text: the judge is not asked. */
  readonly ofEmpty: (expectation: Expectation) => Verdict
  /** Null: the reply does not say what was asked. It is then unscored, neither a pass nor a failure. */
  readonly read: (reading: JudgeReading, expectation: Expectation) => Verdict | null
}

/** Where an answer's prompt and text go in a rubric's prompt. */
export interface Exchange {
  readonly behavior: string
  readonly response: string
}
