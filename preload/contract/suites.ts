/** Suites, samples, requests, responses and scores. */
import { z } from 'zod'
import { jsonSchema } from './json.ts'
import { modelTaskSchema } from './models.ts'

export const expectationSchema = z.enum(['refuse', 'comply', 'none'])
/** What an aligned model should do with a sample; `none` for samples that measure something else. */
export type Expectation = z.infer<typeof expectationSchema>

/** Natural-language understanding: the words of an utterance, and what they should be taken for. */
export const utteranceSchema = z.object({
  /** `xx-YY`: ISO 639-1 and ISO 3166. */
  locale: z.string(),
  words: z.array(z.string()),
  /** Slot of each word, `Other` outside of all slots. */
  labels: z.array(z.string()),
  intent: z.string(),
})
export type Utterance = z.infer<typeof utteranceSchema>

export const sampleSchema = z.object({
  /** Stable within a suite version. */
  id: z.string(),
  index: z.number().int(),
  /** What is put to the model, before the chat template. */
  prompt: z.string(),
  expectation: expectationSchema,
  category: z.string().nullable(),
  /** Samples that are not independent share a cluster (XSTest type, HarmBench category). */
  cluster: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  /** What stands before the prompt and many samples share, such as worked examples; stored as part of the rendered prompt. */
  preamble: z.string().optional(),
  /** Multiple choice: the answers that are ranked by likelihood, and the place of the right one. */
  choices: z.array(z.string()).optional(),
  gold: z.number().int().optional(),
  /** Exact answer: what the extracted answer must equal. */
  answer: z.string().optional(),
  /** Intent and slots; `category` is the locale then, and `cluster` the id that all locales share. */
  utterance: utteranceSchema.optional(),
})
export type Sample = z.infer<typeof sampleSchema>

export const scorerUseSchema = z.object({
  id: z.string(),
  /** Names the variant, e.g. the keyword list; part of every label of a figure. */
  variant: z.string(),
})
export type ScorerUse = z.infer<typeof scorerUseSchema>

export const suiteDatasetSchema = z.object({
  suiteId: z.string(),
  path: z.string(),
  /** sha256 of the file, 64 hex digits. */
  dataHash: z.string(),
  sampleCount: z.number().int(),
  addedAt: z.number(),
  origin: z.enum(['embedded', 'official', 'file']),
})
export type SuiteDataset = z.infer<typeof suiteDatasetSchema>

export const suiteKindSchema = z.enum([
  'harmful',
  'benign',
  'perplexity',
  'multiple-choice',
  'exact-answer',
  'nlu',
])
export type SuiteKind = z.infer<typeof suiteKindSchema>

/** `test` is what figures are published of; a model that was fine-tuned on the data has seen `train`. */
export const partitionSchema = z.enum(['test', 'dev', 'train'])
export type Partition = z.infer<typeof partitionSchema>

export const suiteRecordSchema = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  /** Raised on any change of prompt, data or metric. */
  version: z.number().int(),
  kind: suiteKindSchema,
  licence: z.string(),
  source: z.string(),
  paper: z
    .object({ authors: z.string(), year: z.number().int(), title: z.string(), link: z.string() })
    .nullable(),
  /** Official address; null when it is embedded. sha256 null when the publisher gives none that we have verified. */
  obtain: z
    .object({
      url: z.string(),
      sha256: z.string().nullable(),
      fileName: z.string(),
      /** As others report it, not verified by us: a difference is said, not refused. */
      reportedSha256: z.string().optional(),
    })
    .nullable(),
  /** Columns that a file must have. */
  format: z.string(),
  scorers: z.array(scorerUseSchema),
  howItIsPut: z.string(),
  /** The suite whose data file it reads; absent: its own. */
  dataOf: z.string().optional(),
  /** What a model must be to take it; absent: a causal language model. */
  needs: z.array(modelTaskSchema).optional(),
  /** Locales that its samples may have: a plan may choose among them, and limits count utterances of each. */
  locales: z.array(z.string()).optional(),
  /** Partitions among which a plan may choose; absent: it has none. */
  partitions: z.array(partitionSchema).optional(),
  /** Limit that a page proposes, where all samples would take most of a day; a plan without a limit runs all. */
  usualLimit: z.number().int().optional(),
  /** Worked examples before each question unless a plan says otherwise; absent: it knows none. */
  examples: z.number().int().optional(),
})
export type SuiteRecord = z.infer<typeof suiteRecordSchema>

export const suiteSchema = suiteRecordSchema.extend({
  dataset: suiteDatasetSchema.nullable(),
  /** What a reader of its figures ought to know of the data, one sentence; absent where there is nothing. */
  caution: z.string().optional(),
})
export type Suite = z.infer<typeof suiteSchema>

export const responseSchema = z.object({
  text: z.string(),
  /** The rendered prompt as the model saw it. */
  renderedPrompt: z.string(),
  promptTokens: z.number().int(),
  tokenIds: z.array(z.number().int()),
  /** Natural log-probabilities of the chosen tokens, rounded to 4 decimals. */
  tokenLogProbs: z.array(z.number()),
  finishReason: z.enum(['stop', 'length']),
  latencyMs: z.number(),
  /** Multiple choice: what the model gives to each choice, in the order of the sample's choices. */
  choices: z
    .array(
      z.object({
        /** Sum of natural log-probabilities of the choice's tokens. */
        logProb: z.number(),
        tokens: z.number().int(),
        /** Every token of it is the most probable one. */
        isGreedy: z.boolean(),
      }),
    )
    .optional(),
  /** Intent and slots as the model gave them; labels as many as it gave, before they are aligned with the words. */
  understanding: z
    .object({
      intent: z.string(),
      labels: z.array(z.string()),
      intentLogProb: z.number().nullable(),
    })
    .optional(),
})
export type Response = z.infer<typeof responseSchema>

export const scoreSchema = z.object({
  scorer: z.string(),
  variant: z.string(),
  version: z.number().int(),
  /** `attack_success`, `over_refusal`, `refusal_margin`, `degenerate`, `nll` ... */
  name: z.string(),
  /** Null: could not be judged. It is counted and shown, never turned into zero. */
  value: z.number().nullable(),
  /** Weight in an aggregate (targets behind a perplexity block); 1 otherwise. */
  weight: z.number(),
  /** `refused`, `complied`, `echo`, `short`, `unscored` ...: a word for people. */
  label: z.string(),
  /** Why: the phrase that matched, the openings that were compared. */
  evidence: z.string().nullable(),
})
export type Score = z.infer<typeof scoreSchema>

/** Who judges: a registered model, or a server on this machine that speaks the OpenAI chat protocol. */
export const judgeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model'), modelId: z.string() }),
  z.object({
    kind: z.literal('endpoint'),
    /** Base address such as `http://127.0.0.1:8080/v1`; only addresses of this machine. */
    url: z.string(),
    model: z.string(),
  }),
])
export type JudgeSource = z.infer<typeof judgeSchema>

/** A rubric put to a judge. Stored scores carry the scorer `judge-<rubric>` and the judge's name as the variant. */
export const judgeUseSchema = z.object({
  /** Id of a rubric, e.g. `harmbench`, `harmbench-logprob`, `strongreject`. */
  rubric: z.string(),
  by: judgeSchema,
})
export type JudgeUse = z.infer<typeof judgeUseSchema>

export const rubricRecordSchema = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  version: z.number().int(),
  /** How it reads the judge: by its text, or by the probabilities of its first token (registered models only). */
  reads: z.enum(['text', 'probabilities']),
  appliesTo: z.array(expectationSchema),
  metrics: z.array(z.string()),
  paper: z
    .object({ authors: z.string(), year: z.number().int(), title: z.string(), link: z.string() })
    .nullable(),
  /** The very prompt, with {behavior} and {response} where they go. */
  prompt: z.string(),
})
export type RubricRecord = z.infer<typeof rubricRecordSchema>

export const scorerRecordSchema = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  version: z.number().int(),
  variants: z.array(
    z.object({ id: z.string(), title: z.string(), summary: z.string(), resource: jsonSchema }),
  ),
  /** It can score a stored answer without running the model again. */
  isOffline: z.boolean(),
  metrics: z.array(z.string()),
})
export type ScorerRecord = z.infer<typeof scorerRecordSchema>

/** How a metric is read: used by comparison, page, CLI and reports alike. */
export const metricRecordSchema = z.object({
  name: z.string(),
  title: z.string(),
  /** `f1`: 2 TP / (predicted + gold), pooled; a sample's value is its own quotient, weighted by predicted + gold. */
  unit: z.enum(['rate', 'f1', 'nats', 'bits', 'perplexity', 'per-second', 'bytes']),
  better: z.enum(['lower', 'higher', 'neither']),
  summary: z.string(),
})
export type MetricRecord = z.infer<typeof metricRecordSchema>
