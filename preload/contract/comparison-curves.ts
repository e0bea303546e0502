/** What joins the columns of a comparison: sweeps, maps of layers, a search for the worst strength, and the Pareto fronts. */
import { z } from 'zod'
import { estimateSchema } from './estimates.ts'

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
