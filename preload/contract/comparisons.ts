/** A baseline configuration against others on the same samples, paired, with uncertainty. */
import { z } from 'zod'
import { configurationSchema, passportSchema } from './configurations.ts'
import { environmentSchema } from './jobs.ts'
import { planSuiteSchema } from './plans.ts'
import { metricRecordSchema, responseSchema, scoreSchema } from './suites.ts'

export const comparisonSpecSchema = z.object({
  runIds: z.array(z.string()).min(1),
  /** Columns in order; null: all of the runs, in plan order. */
  configurations: z.array(z.string()).max(12).nullable().default(null),
  /** Null: the first column. */
  baseline: z.string().nullable().default(null),
  suites: z.array(z.string()).nullable().default(null),
})
export type ComparisonSpec = z.infer<typeof comparisonSpecSchema>

/** A value with its 95% interval. `n` counts judged samples; those that could not be judged or run are counted apart. */
export const estimateSchema = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number().int(),
  unscored: z.number().int(),
  errored: z.number().int(),
  /** `wilson`, `t`, `t-cluster`, `bootstrap` ... */
  method: z.string(),
})
export type Estimate = z.infer<typeof estimateSchema>

/** Other minus baseline on the samples that both have judged. */
export const differenceSchema = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Paired samples. */
  n: z.number().int(),
  pValue: z.number(),
  /** Holm-adjusted over the comparison's confirmatory family. */
  pHolm: z.number(),
  method: z.string(),
  isDetected: z.boolean(),
  /** Smallest difference that this many pairs could have shown with 80% power, at the level adjusted for the family of tests. */
  detectable: z.number().nullable(),
  /** For rates: pairs that went 0 -> 1 and 1 -> 0. */
  raised: z.number().int().nullable(),
  lowered: z.number().int().nullable(),
})
export type Difference = z.infer<typeof differenceSchema>

export const comparisonColumnSchema = z.object({
  /** A is the baseline. */
  letter: z.string(),
  hash: z.string(),
  name: z.string(),
  isBaseline: z.boolean(),
  configuration: configurationSchema,
  modelName: z.string(),
  passport: passportSchema.nullable(),
  environments: z.array(environmentSchema),
})
export type ComparisonColumn = z.infer<typeof comparisonColumnSchema>

export const comparisonRowSchema = z.object({
  suiteId: z.string(),
  suiteTitle: z.string(),
  metric: metricRecordSchema,
  /** Scorer and variant as a label, e.g. `refusal-keywords (zou2023-transfer)`. */
  judge: z.string(),
  scorer: z.string(),
  variant: z.string(),
  /** One per column, in column order; null where that cell was not run. */
  cells: z.array(
    z.object({ estimate: estimateSchema, difference: differenceSchema.nullable() }).nullable(),
  ),
})
export type ComparisonRow = z.infer<typeof comparisonRowSchema>

export const comparisonSuiteSchema = z.object({
  id: z.string(),
  title: z.string(),
  version: z.number().int(),
  kind: z.enum(['harmful', 'benign', 'perplexity']),
  licence: z.string(),
  source: z.string(),
  dataHash: z.string(),
  options: z.string(),
  /** The options as a plan has them, so that a report can say how to repeat the run. */
  plan: planSuiteSchema.optional(),
  /** Job of each column, null where it was not run. */
  jobIds: z.array(z.string().nullable()),
  samples: z.array(z.number().int()),
  tokensPerSecond: z.array(z.number().nullable()),
  samplesPerSecond: z.array(z.number().nullable()),
  peakMemoryBytes: z.array(z.number().nullable()),
})

/** One difference by category within a suite, for "where". */
export const comparisonBreakdownSchema = z.object({
  suiteId: z.string(),
  metric: z.string(),
  judge: z.string(),
  category: z.string(),
  cells: z.array(estimateSchema.nullable()),
})

export const comparisonSchema = z.object({
  title: z.string(),
  /** Full sentences that the statistics support, the most important first. */
  verdict: z.array(
    z.object({ tone: z.enum(['worse', 'better', 'same', 'note', 'warning']), text: z.string() }),
  ),
  columns: z.array(comparisonColumnSchema),
  suites: z.array(comparisonSuiteSchema),
  rows: z.array(comparisonRowSchema),
  breakdowns: z.array(comparisonBreakdownSchema),
  /** How many tests the Holm adjustment covers. */
  familySize: z.number().int(),
  createdAt: z.number(),
})
export type Comparison = z.infer<typeof comparisonSchema>

export const sampleFilterSchema = z.object({
  suiteId: z.string(),
  /** Scorer and variant whose labels the table shows and the flips are taken from. */
  scorer: z.string(),
  variant: z.string(),
  /** Full-text search over prompts and answers; empty: all. */
  search: z.string().default(''),
  show: z.enum(['all', 'flips', 'raised', 'lowered', 'unscored', 'errors']).default('all'),
  category: z.string().nullable().default(null),
})
export type SampleFilter = z.infer<typeof sampleFilterSchema>

export const comparedAnswerSchema = z.object({
  rowId: z.number().int(),
  answer: z.string().nullable(),
  newTokens: z.number().int(),
  scores: z.array(scoreSchema),
  errorMessage: z.string().nullable(),
  /** Index of the first token that differs from the baseline's; null when equal or not comparable. */
  firstDivergence: z.number().int().nullable(),
})

export const comparedSampleSchema = z.object({
  sampleId: z.string(),
  index: z.number().int(),
  category: z.string().nullable(),
  expectation: z.string(),
  prompt: z.string(),
  /** The main metric's value moved from the baseline's in at least one column. */
  isFlip: z.boolean(),
  answers: z.array(comparedAnswerSchema.nullable()),
})
export type ComparedSample = z.infer<typeof comparedSampleSchema>

export const comparedPageSchema = z.object({
  samples: z.array(comparedSampleSchema),
  /** Pass back to read on; null at the end. */
  nextCursor: z.string().nullable(),
  /** Samples that match the filter. */
  total: z.number().int(),
})
export type ComparedPage = z.infer<typeof comparedPageSchema>

export const sampleDetailSchema = z.object({
  rowId: z.number().int(),
  jobId: z.string(),
  configurationName: z.string(),
  suiteId: z.string(),
  sampleId: z.string(),
  index: z.number().int(),
  prompt: z.string(),
  category: z.string().nullable(),
  expectation: z.string(),
  metadata: z.record(z.string(), z.string()),
  response: responseSchema.nullable(),
  scores: z.array(scoreSchema),
})
export type SampleDetail = z.infer<typeof sampleDetailSchema>

export const reportFormatSchema = z.enum(['html', 'pdf', 'markdown', 'csv', 'json'])
export type ReportFormat = z.infer<typeof reportFormatSchema>
