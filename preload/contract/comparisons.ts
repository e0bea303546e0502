/** A baseline configuration against others on the same samples, paired, with uncertainty. */
import { z } from 'zod'
import { configurationSchema, passportSchema } from './configurations.ts'
import { environmentSchema } from './jobs.ts'
import { modelTaskSchema } from './models.ts'
import { planSuiteSchema } from './plans.ts'
import {
  metricRecordSchema,
  responseSchema,
  scoreSchema,
  suiteKindSchema,
  utteranceSchema,
} from './suites.ts'

export const comparisonSpecSchema = z.object({
  runIds: z.array(z.string()).min(1),
  /** Columns in order; null: all of the runs, in plan order. */
  configurations: z.array(z.string()).max(512).nullable().default(null),
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
  /** Holm-adjusted over the comparison's confirmatory family, in a cell of a layer map over all such cells. */
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

/**
 * Which gives way first along a sweep that begins at nothing: the strength at which attack success has risen by 10 points,
 * and the one at which perplexity has reached 1.5 times its value at zero, both interpolated.
 */
export const safetyFirstGapSchema = z.object({
  attackSuiteId: z.string(),
  judge: z.string(),
  utilitySuiteId: z.string(),
  /** Null: not reached within the sweep. */
  attackStrength: z.number().nullable(),
  perplexityStrength: z.number().nullable(),
  /** The second over the first: above 1 safety fails first. Null when either is not reached. */
  gap: z.number().nullable(),
})
export type SafetyFirstGap = z.infer<typeof safetyFirstGapSchema>

/** Columns that differ in one parameter of one intervention only: a curve. */
export const comparisonSweepSchema = z.object({
  title: z.string(),
  interventionId: z.string(),
  param: z.string(),
  /** Indices of columns by rising strength. The baseline stands at zero where the parameter has a zero. */
  points: z.array(z.object({ column: z.number().int(), strength: z.number() })),
  /** Absent where the parameter has no zero, or attack success or perplexity was not measured. */
  safetyFirstGap: safetyFirstGapSchema.optional(),
})
export type ComparisonSweep = z.infer<typeof comparisonSweepSchema>

/** Columns that differ only in the one layer (and kind of input) on which they act: a map. */
export const comparisonMapSchema = z.object({
  title: z.string(),
  interventionId: z.string(),
  cells: z.array(
    z.object({
      column: z.number().int(),
      layer: z.number().int(),
      /** Null: all kinds of input together. */
      input: z.string().nullable(),
    }),
  ),
  /** The same intervention on all layers, where it was run. */
  allLayers: z.number().int().nullable(),
})
export type ComparisonMap = z.infer<typeof comparisonMapSchema>

/** What a search over strengths found so far. */
export const comparisonSearchSchema = z.object({
  /** Index in `sweeps`. */
  sweep: z.number().int(),
  suiteId: z.string(),
  metric: z.string(),
  judge: z.string(),
  maxPerplexityRatio: z.number().nullable(),
  points: z.array(
    z.object({
      column: z.number().int(),
      strength: z.number(),
      value: estimateSchema,
      perplexityRatio: z.number().nullable(),
      isWithinBudget: z.boolean(),
    }),
  ),
  /** Index in `points` of the worst one within the budget; null while nothing has been measured. */
  worst: z.number().int().nullable(),
  /** Points whose interval overlaps that of the worst: the search cannot tell them apart. */
  tied: z.array(z.number().int()),
  isFinished: z.boolean(),
})
export type ComparisonSearch = z.infer<typeof comparisonSearchSchema>

/** Where prompts lie at one layer: separability before (exact) and after the change. */
export const activationLayerSchema = z.object({
  layer: z.number().int(),
  /** Distance of the means over the pooled spread. */
  separation: z.object({ before: z.number(), after: z.number() }),
  silhouette: z.object({ before: z.number(), after: z.number() }),
  /** Mean cosine among harmful prompts. */
  cohesion: z.object({ before: z.number(), after: z.number() }),
  /** Share of changed harmful prompts nearer to the exact mean of the harmless ones than to that of the harmful ones. */
  flipRate: z.number(),
  /** Share of variance of the exact activations on the two axes. */
  explained: z.tuple([z.number(), z.number()]),
  /** Principal components of the exact activations, onto which all four groups are projected: [x, y] pairs. */
  points: z.object({
    harmful: z.array(z.tuple([z.number(), z.number()])),
    harmless: z.array(z.tuple([z.number(), z.number()])),
    harmfulAfter: z.array(z.tuple([z.number(), z.number()])),
    harmlessAfter: z.array(z.tuple([z.number(), z.number()])),
  }),
})
export const activationSpaceResultSchema = z.object({
  harmful: z.string(),
  harmless: z.string(),
  samples: z.object({ harmful: z.number().int(), harmless: z.number().int() }),
  /** What was projected: `hook_resid_post` at the last token of the rendered prompt. */
  site: z.string(),
  layers: z.array(activationLayerSchema),
})
export type ActivationSpaceResult = z.infer<typeof activationSpaceResultSchema>

export const comparisonAnalysisSchema = z.object({
  column: z.number().int(),
  jobId: z.string(),
  result: activationSpaceResultSchema,
})

/** One metric by language: which languages suffer, and how unevenly. */
export const comparisonLanguagesSchema = z.object({
  suiteId: z.string(),
  metric: z.string(),
  judge: z.string(),
  locales: z.array(
    z.object({
      locale: z.string(),
      /** English names of language, script and family. */
      language: z.string(),
      script: z.string(),
      family: z.string(),
      /** One per column; differences are adjusted after Holm over `tests`, those of the cells of layer maps among themselves. */
      cells: z.array(
        z.object({ estimate: estimateSchema, difference: differenceSchema.nullable() }).nullable(),
      ),
    }),
  ),
  /** Differences of all locales and columns but the cells of layer maps. */
  tests: z.number().int(),
  /** Those of the cells of layer maps; absent without a map. */
  exploratoryTests: z.number().int().optional(),
  /** One per column; null where it has fewer than two locales. */
  columns: z.array(
    z
      .object({
        /** Mean of the locales' values, each weighing the same. */
        macro: estimateSchema,
        /** Best locale minus worst locale, with a bootstrap interval over utterance ids. */
        fairnessGap: estimateSchema,
        best: z.string(),
        /** From the worst up, five at most. */
        worst: z.array(z.string()),
        /** Largest minus smallest loss against the baseline over locales; null for the baseline. */
        unevenLoss: estimateSchema.nullable(),
      })
      .nullable(),
  ),
})
export type ComparisonLanguages = z.infer<typeof comparisonLanguagesSchema>

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

const paretoRowSchema = z.object({ suiteId: z.string(), metric: z.string(), judge: z.string() })

/** What the change of a column saves. */
const paretoSavingSchema = z.object({
  column: z.number().int(),
  /**
   * Strength along a sweep (bits count negative) or tokens per second; 0 for what is unchanged, null where it is not known.
   * Interventions are emulated, so no speed measured here says what they would save.
   */
  saving: z.number().nullable(),
  /** Savings are compared on one scale only, `activation-sparsity.sparsity`; null is comparable with all. */
  scale: z.string().nullable(),
  /** False: another one is no worse in safety, utility and saving, and better in one of them. */
  isOnFront: z.boolean(),
})

/** Safety, utility and saving of each column that has the first two, and which of them no other one beats in all. */
export const comparisonParetoSchema = z.object({
  /** Attack success by the first judge of this suite; lower is better. */
  safety: paretoRowSchema,
  utility: paretoRowSchema,
  points: z.array(paretoSavingSchema.extend({ safety: z.number(), utility: z.number() })),
  /** The same question for every pair of a safety row and a utility row, by either kind of saving. */
  fronts: z
    .array(
      z.object({
        safety: paretoRowSchema,
        utility: paretoRowSchema,
        savingBy: z.enum(['strength', 'speed']),
        points: z.array(paretoSavingSchema),
      }),
    )
    .default([]),
})
export type ComparisonPareto = z.infer<typeof comparisonParetoSchema>

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

export const sampleFilterSchema = z.object({
  suiteId: z.string(),
  /** Scorer and variant whose labels the table shows and the flips are taken from. */
  scorer: z.string(),
  variant: z.string(),
  /** One of its scores by name, where it gives several; absent: all of them. */
  name: z.string().optional(),
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
  /** What the words should be taken for. */
  utterance: utteranceSchema.optional(),
  response: responseSchema.nullable(),
  scores: z.array(scoreSchema),
})
export type SampleDetail = z.infer<typeof sampleDetailSchema>

export const reportFormatSchema = z.enum(['html', 'pdf', 'markdown', 'csv', 'json'])
export type ReportFormat = z.infer<typeof reportFormatSchema>
