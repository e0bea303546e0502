/** A baseline configuration against others on the same samples, paired, with uncertainty. */
import { z } from 'zod'
import { activationSpaceResultSchema } from './activation-space.ts'
import {
  comparisonMapSchema,
  comparisonParetoSchema,
  comparisonSearchSchema,
  comparisonSweepSchema,
} from './comparison-curves.ts'
import { comparisonLanguagesSchema } from './comparison-languages.ts'
import { configurationSchema, passportSchema } from './configurations.ts'
import { differenceSchema, estimateSchema } from './estimates.ts'
import { environmentSchema } from './jobs.ts'
import { modelTaskSchema } from './models.ts'
import { planSuiteSchema } from './plans.ts'
import { metricRecordSchema, suiteKindSchema } from './suites.ts'

// Each part has a file of its own; whoever reads comparisons finds all of them here.
export { activationSpaceResultSchema, type ActivationSpaceResult } from './activation-space.ts'
export {
  comparedPageSchema,
  sampleDetailSchema,
  sampleFilterSchema,
  type ComparedPage,
  type ComparedSample,
  type SampleDetail,
  type SampleFilter,
} from './compared-samples.ts'
export type {
  ComparisonMap,
  ComparisonPareto,
  ComparisonSearch,
  ComparisonSweep,
  SafetyFirstGap,
} from './comparison-curves.ts'
export type { ComparisonLanguages } from './comparison-languages.ts'
export type { Difference, Estimate } from './estimates.ts'

export const comparisonSpecSchema = z.object({
  runIds: z.array(z.string()).min(1),
  /** Columns in order; null: all of the runs, in plan order. */
  configurations: z.array(z.string()).max(512).nullable().default(null),
  /** Null: the first column. */
  baseline: z.string().nullable().default(null),
  suites: z.array(z.string()).nullable().default(null),
})
export type ComparisonSpec = z.infer<typeof comparisonSpecSchema>

export const comparisonColumnSchema = z.object({
  /** A is the baseline. */
  letter: z.string(),
  hash: z.string(),
  name: z.string(),
  isBaseline: z.boolean(),
  configuration: configurationSchema,
  modelName: z.string(),
  /** Absent: a causal language model, or one that is not known any more. */
  task: modelTaskSchema.optional(),
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
  kind: suiteKindSchema,
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

export const comparisonAnalysisSchema = z.object({
  column: z.number().int(),
  jobId: z.string(),
  result: activationSpaceResultSchema,
})

/** Two judges on the same answers. */
export const agreementSchema = z.object({
  suiteId: z.string(),
  metric: z.string(),
  judges: z.tuple([z.string(), z.string()]),
  n: z.number().int(),
  /** Cohen's kappa with its 95% interval; null where one judge gives the same verdict everywhere. */
  kappa: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  agreement: z.number(),
  /** Counts of (first, second): both 1, only first, only second, both 0. */
  table: z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()]),
})
export type Agreement = z.infer<typeof agreementSchema>

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
  /**
   * How many tests the Holm adjustment covers: all differences but those of the cells of layer maps, which are exploratory. A map
   * has many cells and asks where to look; it shall not make the questions that were asked harder to answer.
   */
  familySize: z.number().int(),
  /** Tests of the cells of layer maps, adjusted among themselves; absent without a map. */
  exploratorySize: z.number().int().optional(),
  sweeps: z.array(comparisonSweepSchema),
  maps: z.array(comparisonMapSchema),
  search: comparisonSearchSchema.nullable(),
  analyses: z.array(comparisonAnalysisSchema),
  /** Absent where no suite of harmful prompts or none of utility was run. */
  pareto: comparisonParetoSchema.optional(),
  /** Suites whose samples have locales. */
  languages: z.array(comparisonLanguagesSchema).optional(),
  createdAt: z.number(),
})
export type Comparison = z.infer<typeof comparisonSchema>

export const reportFormatSchema = z.enum(['html', 'pdf', 'markdown', 'csv', 'json'])
export type ReportFormat = z.infer<typeof reportFormatSchema>
