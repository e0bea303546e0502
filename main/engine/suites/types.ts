/** What a suite is inside the engine: its record, and how its published file becomes samples. */
import type { Sample, SuiteRecord } from '#contract/suites'

/** A data file in memory: decoded text and the name for error messages. */
export interface DataFile {
  readonly name: string
  readonly text: string
  /** What a tar archive holds, by path; absent for any other file. `text` is empty then. */
  readonly members?: readonly ArchiveMember[]
}

export interface ArchiveMember {
  readonly path: string
  /** Decodes it. Throws `malformed-file` unless it is UTF-8. */
  readonly read: () => DataFile
}

export interface SuiteDefinition {
  readonly record: SuiteRecord
  /** Path below resources/ of data that ships with the app; null when a person obtains it. */
  readonly embedded: string | null
  /** Samples in file order. Throws `malformed-file` naming file, row and column; never returns a part. */
  readonly readSamples: (file: DataFile) => Sample[]
  /** Absent: the prompt is a user message, or for perplexity the text itself. */
  readonly toRequest?: (sample: Sample) => SuiteRequest
  /**
   * Tokens of a block, where the samples are blocks of the text as the model's own tokenizer cuts it. `readSamples` then gives pieces
   * that together are the text.
   */
  readonly blockTokens?: number
}

/** How one sample is put to the model. */
export type SuiteRequest = GenerateRequest | RollingRequest | ChoicesRequest

export interface GenerateRequest {
  readonly kind: 'generate'
  readonly user: string
  /** Continued as plain text: no chat template, no system prompt. */
  readonly isPlain?: boolean
  /** The answer ends before the first of these. */
  readonly stopTexts?: readonly string[]
  /** Takes the place of the configuration's number of new tokens. */
  readonly maxNewTokens?: number
}

/** Scores the text itself; nothing is generated. */
export interface RollingRequest {
  readonly kind: 'rolling'
  readonly text: string
  /**
   * `once`: one row from its second token on. `windows`: every token counts, the first after a beginning-of-text token, in windows
   * of the model's context. `block`: the sample's own tokens, cut from a longer text, from the second on.
   */
  readonly reading: 'once' | 'windows' | 'block'
}

/** Ranks what may follow a context by its likelihood; nothing is generated. */
export interface ChoicesRequest {
  readonly kind: 'choices'
  readonly context: string
  /** With the space that separates them from the context, in the order of the sample's choices. */
  readonly continuations: readonly string[]
}
