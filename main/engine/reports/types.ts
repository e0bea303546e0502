/** What a report is made of, and the shape that every format has: a head, one piece per sample, a foot. */
import type { Agreement, ComparedSample, Comparison } from '#contract/comparisons'
import type { NluErrors } from '#contract/nlu-errors'

/** A compared sample; `suiteId` says where it belongs when a comparison has several suites. */
export type ReportSample = ComparedSample & { readonly suiteId?: string }

/** Text formats. A PDF is the HTML report, printed by whoever has a browser engine. */
export type ReportTextFormat = 'html' | 'markdown' | 'csv' | 'json'

export interface ReportOptions {
  readonly comparison: Comparison
  readonly format: ReportTextFormat
  /** False leaves prompts and answers out. */
  readonly includeAnswers: boolean
  /** How the judges of the comparison agree; nothing is said about it when absent. */
  readonly agreements?: readonly Agreement[]
  /** Where models of utterances go wrong, one for each such suite; nothing is said about it when absent. */
  readonly nluErrors?: readonly NluErrors[]
}

export interface ReportWriter {
  head(): string
  /** Text of one sample; empty when this format has said enough. `position` counts from 0. */
  sample(sample: ReportSample, position: number): string
  /** `count`: samples that were given. */
  foot(count: number): string
}
