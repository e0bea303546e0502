/** Figures with their uncertainty: a value of one configuration, and its difference to the baseline. */
import { z } from 'zod'

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
