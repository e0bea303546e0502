/** What a suite is inside the engine: its record, and how its published file becomes samples. */
import type { Sample, SuiteRecord } from '#contract/suites'

/** A data file in memory: decoded text and the name for error messages. */
export interface DataFile {
  readonly name: string
  readonly text: string
}

export interface SuiteDefinition {
  readonly record: SuiteRecord
  /** Path below resources/ of data that ships with the app; null when a person obtains it. */
  readonly embedded: string | null
  /** Samples in file order. Throws `malformed-file` naming file, row and column; never returns a part. */
  readonly readSamples: (file: DataFile) => Sample[]
}

/** How one sample is put to the model. `rolling` scores the text itself; nothing is generated. */
export type SuiteRequest =
  | { readonly kind: 'generate'; readonly user: string }
  | { readonly kind: 'rolling'; readonly text: string }
