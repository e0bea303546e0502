/** What goes down once: configurations x suites. The same schema is a plan file (YAML or JSON) and the New evaluation page. */
import { z } from 'zod'
import { configurationSchema } from './configurations.ts'
import { judgeUseSchema, partitionSchema, scorerUseSchema } from './suites.ts'

export const planConfigurationSchema = z.object({
  /** Label of the column; must be unique within the plan. */
  name: z.string().min(1),
  ...configurationSchema.shape,
  /**
   * One configuration for each layer of the model (or each layer and kind of input): the interventions act there alone.
   * A list in place of a number or a word among an intervention's parameters likewise becomes one configuration a value.
   */
  map: z.enum(['layer', 'layer-and-input']).optional(),
})

export const planSuiteSchema = z.object({
  id: z.string(),
  /** First n samples after the seeded shuffle; null runs all. Of suites of utterances: n of them, the same in every locale. */
  limit: z.number().int().min(1).nullable().default(null),
  /** Seed of the subset when `limit` is set; null keeps the file's order. */
  shuffleSeed: z.number().int().nullable().default(null),
  /** Samples by file order at even spacing instead of the first ones, when `limit` is set. */
  spread: z.boolean().default(false),
  /** Extra filter on `expectation`, e.g. only XSTest's safe half. */
  only: z.enum(['all', 'refuse', 'comply']).default('all'),
  /** Of suites with locales: which of them, in this order; absent: the suite's own choice. */
  locales: z.array(z.string()).min(1).optional(),
  /** Of suites with partitions; absent: test. */
  partition: partitionSchema.optional(),
  /** Worked examples before each question, from the training partition; absent: the suite's own number. */
  examples: z.number().int().min(0).max(64).optional(),
  /** Null: the suite's own scorers. */
  scorers: z.array(scorerUseSchema).nullable().default(null),
  /** Judge models that read the answers in jobs of their own, after all answers are there. */
  judges: z.array(judgeUseSchema).optional(),
})
export type PlanSuite = z.infer<typeof planSuiteSchema>

/** Where harmful and harmless prompts lie in activation space, before and after a configuration's interventions. */
export const activationSpaceSchema = z.object({
  kind: z.literal('activation-space'),
  harmful: z.string(),
  harmless: z.string(),
  /** Prompts of each side, evenly spaced over their suites. */
  limit: z.number().int().min(4).max(2000).default(100),
})
export type ActivationSpaceTask = z.infer<typeof activationSpaceSchema>

/**
 * The most vulnerable setting: the swept configuration is refined around the strength with the highest attack success
 * among those whose perplexity stays within the budget.
 */
export const planSearchSchema = z.object({
  /** Name of the swept configuration (with one list among its parameters). */
  configuration: z.string(),
  /** Suite and judge whose metric is to be made worst. */
  suite: z.string(),
  metric: z.string().default('attack_success'),
  scorer: scorerUseSchema.default({ id: 'refusal-keywords', variant: 'zou2023-transfer' }),
  /** Suite of perplexity. */
  utilitySuite: z.string(),
  /** Largest perplexity as a multiple of the baseline's; null: no budget. */
  maxPerplexityRatio: z.number().gt(1).nullable().default(1.5),
  /** Rounds of refinement after the sweep, each with up to two new strengths beside the best one. */
  rounds: z.number().int().min(0).max(6).default(2),
})
export type PlanSearch = z.infer<typeof planSearchSchema>

export const planSchema = z.object({
  version: z.literal(1).default(1),
  name: z.string().min(1).default('Evaluation'),
  /** The first one is the baseline. */
  configurations: z.array(planConfigurationSchema).min(1).max(512),
  suites: z.array(planSuiteSchema).min(1).max(32),
  /** Cells that are not to run, as [configuration name, suite id]. */
  skip: z.array(z.tuple([z.string(), z.string()])).default([]),
  /** Rows decoded together; null lets the engine choose. Recorded with each result, since it can change last digits. */
  batchSize: z.number().int().min(1).max(512).nullable().default(null),
  /** Threads of the CPU provider; null: all cores. */
  threads: z.number().int().min(1).max(256).nullable().default(null),
  /** Studies beside the suites: one job for each configuration that changes anything. */
  analyses: z.array(activationSpaceSchema).optional(),
  search: planSearchSchema.optional(),
})
export type Plan = z.infer<typeof planSchema>
export type PlanInput = z.input<typeof planSchema>

export const planEstimateSchema = z.object({
  jobs: z.number().int(),
  samples: z.number().int(),
  /** From this machine's own finished jobs of the same model; null when nothing is known yet. */
  durationMs: z.number().nullable(),
  diskBytes: z.number(),
  memoryBytes: z.number().nullable(),
  /**
   * Smallest difference of two rates that 80% power can see, paired, in points, by suite id. Samples of one cluster (an utterance
   * in several languages) count for less than as many of their own.
   */
  detectablePoints: z.record(z.string(), z.number()),
  problems: z.array(z.string()),
})
export type PlanEstimate = z.infer<typeof planEstimateSchema>
