/** What goes down once: configurations x suites. The same schema is a plan file (YAML or JSON) and the New evaluation page. */
import { z } from 'zod'
import { configurationSchema } from './configurations.ts'
import { scorerUseSchema } from './suites.ts'

export const planConfigurationSchema = z.object({
  /** Label of the column; must be unique within the plan. */
  name: z.string().min(1),
  ...configurationSchema.shape,
})

export const planSuiteSchema = z.object({
  id: z.string(),
  /** First n samples after the seeded shuffle; null runs all. */
  limit: z.number().int().min(1).nullable().default(null),
  /** Seed of the subset when `limit` is set; null keeps the file's order. */
  shuffleSeed: z.number().int().nullable().default(null),
  /** Samples by file order at even spacing instead of the first ones, when `limit` is set. */
  spread: z.boolean().default(false),
  /** Extra filter on `expectation`, e.g. only XSTest's safe half. */
  only: z.enum(['all', 'refuse', 'comply']).default('all'),
  /** Null: the suite's own scorers. */
  scorers: z.array(scorerUseSchema).nullable().default(null),
})
export type PlanSuite = z.infer<typeof planSuiteSchema>

export const planSchema = z.object({
  version: z.literal(1).default(1),
  name: z.string().min(1).default('Evaluation'),
  /** The first one is the baseline. */
  configurations: z.array(planConfigurationSchema).min(1).max(64),
  suites: z.array(planSuiteSchema).min(1).max(32),
  /** Cells that are not to run, as [configuration name, suite id]. */
  skip: z.array(z.tuple([z.string(), z.string()])).default([]),
  /** Rows decoded together; null lets the engine choose. Recorded with each result, since it can change last digits. */
  batchSize: z.number().int().min(1).max(512).nullable().default(null),
  /** Threads of the CPU provider; null: all cores. */
  threads: z.number().int().min(1).max(256).nullable().default(null),
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
  /** Smallest difference of two rates that 80% power can see, paired, in points, by suite id. */
  detectablePoints: z.record(z.string(), z.number()),
  problems: z.array(z.string()),
})
export type PlanEstimate = z.infer<typeof planEstimateSchema>
