/** What a comparison is computed from: plain stored scores, joined by sample id. */
import type { Comparison } from '#contract/comparisons'
import type { Configuration, Passport } from '#contract/configurations'
import type { Environment } from '#contract/jobs'
import type { ModelTask } from '#contract/models'
import type { PlanSuite } from '#contract/plans'
import type { ScoredSamples } from '#contract/stored-samples'
import type { SuiteRecord } from '#contract/suites'
import type { SearchInput } from './search.ts'

export interface ComparisonColumnInput {
  readonly hash: string
  readonly name: string
  readonly modelName: string
  /** Absent: a causal language model. */
  readonly task?: ModelTask
  readonly configuration: Configuration
  readonly passport: Passport | null
  readonly environments: readonly Environment[]
}

/** One job's results. */
export interface ComparisonCellInput {
  readonly jobId: string
  readonly tokensPerSecond: number | null
  readonly samplesPerSecond: number | null
  readonly peakMemoryBytes: number | null
  /** What of the suite this job ran; absent: as the suite's options say. */
  readonly options?: PlanSuite
  readonly results: ScoredSamples
}

export interface ComparisonSuiteInput {
  readonly record: SuiteRecord
  readonly options: PlanSuite
  readonly dataHash: string
  /** One per column, in column order; null where it was not run. */
  readonly cells: readonly (ComparisonCellInput | null)[]
}

export interface ComparisonInput {
  readonly title: string
  readonly columns: readonly ComparisonColumnInput[]
  readonly baselineIndex: number
  readonly suites: readonly ComparisonSuiteInput[]
  readonly search?: SearchInput | null
  /** Results of studies, by index of the column. */
  readonly analyses?: Comparison['analyses']
  /** Epoch milliseconds. */
  readonly createdAt: number
}
