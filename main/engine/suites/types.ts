/** What a suite is inside the engine: its record, and how its published file becomes samples. */
import type { PlanSuite } from '#contract/plans'
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

export type SuiteDefinition = FileSuite | StreamedSuite

interface SuiteBasics {
  readonly record: SuiteRecord
  /** Path below resources/ of data that ships with the app; null when a person obtains it. */
  readonly embedded: string | null
  /** Absent: the prompt is a user message, or for perplexity the text itself. */
  readonly toRequest?: (sample: Sample) => SuiteRequest
  /**
   * Tokens of a block, where the samples are blocks of the text as the model's own tokenizer cuts it. `readSamples` then gives pieces
   * that together are the text.
   */
  readonly blockTokens?: number
}

/** One file that memory can hold. */
export interface FileSuite extends SuiteBasics {
  /** Samples in file order. Throws `malformed-file` naming file, row and column; never returns a part. */
  readonly readSamples: (file: DataFile) => Sample[]
}

/** A file or a folder that is too large for memory as a whole: only what a plan chooses is read. */
export interface StreamedSuite extends SuiteBasics {
  /**
   * The chosen samples, in the order in which they run. Throws `not-found`, and `malformed-file` naming file, line and field; never
   * returns a part.
   */
  readonly streamSamples: (path: string, options: SampleOptions) => Promise<Sample[]>
  /** Reads everything once, strictly; the number of samples that the options could choose among. Throws the same. */
  readonly countSamples: (path: string) => Promise<number>
}

/** What a plan may choose before anything is read; all absent: the suite's own choice. */
export type SampleOptions = Partial<Pick<PlanSuite, 'locales' | 'partition' | 'examples'>>

/** How one sample is put to the model. */
export type SuiteRequest =
  GenerateRequest | RollingRequest | ChoicesRequest | AnnotateRequest | LabelRequest

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
  /** One for each continuation, where the choices stand in the context; `context` is then for people. */
  readonly contexts?: readonly string[]
  /** With the space that separates them from the context, in the order of the sample's choices. */
  readonly continuations: readonly string[]
  /** A context that the model cannot hold is an error of the sample; absent: it is cut from the left, as lm-evaluation-harness does. */
  readonly mustFit?: true
}

/** Has the words written once more, with the slots that they fill in brackets. */
export interface AnnotateRequest {
  readonly kind: 'annotate'
  readonly context: string
  readonly words: readonly string[]
  /** What stands before each word where it goes on with the one before: a space, or nothing. */
  readonly joints: readonly string[]
  readonly slots: readonly string[]
  /** Label of a word in no slot. */
  readonly outside: string
}

/** Names the intent of pre-split words and the slot of each. */
export interface LabelRequest {
  readonly kind: 'label'
  readonly words: readonly string[]
}
