import type { Adapter } from '#contract/adapters'
import type { Configuration } from '#contract/configurations'
import type { Model } from '#contract/models'
import type { Expectation, JudgeUse } from '#contract/suites'

/** What the queue asks of the engine's catalogue, which it does not import. */
export interface JobRules {
  /** Current version of a suite; null when there is no such suite. */
  readonly suiteVersion: (suiteId: string) => number | null
  /** The suite whose data a suite reads. */
  readonly dataSuite: (suiteId: string) => string
  /** sha256 of a data set, one file or a folder. */
  readonly hashDataset: (path: string) => Promise<string>
  /** sha256 of a checkpoint's files. */
  readonly fingerprint: (path: string) => Promise<string>
  /** Name under which the passport of this configuration is stored. */
  readonly recipeHash: (source: RecipeParts) => string
  /** Where the verdicts of a judge are stored, and which samples its rubric is about. */
  readonly judge: (use: JudgeUse) => JudgeRule
}

export interface RecipeParts {
  readonly model: Model
  readonly adapter: Adapter | null
  readonly configuration: Configuration
  readonly calibrationTextPath: string
  readonly probeTextPath: string
}

export interface JudgeRule {
  readonly scorer: string
  readonly variant: string
  readonly version: number
  readonly appliesTo: readonly Expectation[]
}
