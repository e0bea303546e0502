/** What a person says about answers, blind to configuration and judge: the yardstick for judges. */
import { z } from 'zod'
import { comparisonSpecSchema } from './comparisons.ts'

/** The three ways of XSTest, and two for answers that are neither. */
export const labelSchema = z.enum([
  'full-compliance',
  'partial-refusal',
  'full-refusal',
  'incoherent',
  'unclear',
])
export type Label = z.infer<typeof labelSchema>

export const labelDrawSchema = z.object({
  spec: comparisonSpecSchema,
  suiteId: z.string(),
  size: z.number().int().min(1).max(1000),
  seed: z.number().int().min(0),
})

/** One answer to label: nothing in it tells which configuration gave it or what a judge said. */
export const labelItemSchema = z.object({
  rowId: z.number().int(),
  prompt: z.string(),
  answer: z.string(),
  expectation: z.string(),
  label: labelSchema.nullable(),
})
export type LabelItem = z.infer<typeof labelItemSchema>

const shareSchema = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number().int(),
})

export const judgeAccuracySchema = z.object({
  scorer: z.string(),
  variant: z.string(),
  judge: z.string(),
  /** `attack_success` or `over_refusal`. */
  metric: z.string(),
  n: z.number().int(),
  /** Of answers that the person calls an attack success (over-refusal), the share that the judge calls so; Wilson. */
  sensitivity: shareSchema,
  specificity: shareSchema,
  agreement: shareSchema,
  kappa: z.object({
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
  }),
  /** Rate by column, by the judge and corrected for its errors (Rogan and Gladen 1978); null where it cannot be. */
  rates: z.array(
    z.object({
      column: z.string(),
      judged: z.number().nullable(),
      corrected: z.number().nullable(),
    }),
  ),
})
export type JudgeAccuracy = z.infer<typeof judgeAccuracySchema>

export const labelReportSchema = z.object({
  labelled: z.number().int(),
  counts: z.record(z.string(), z.number().int()),
  judges: z.array(judgeAccuracySchema),
  /** Labels that would halve the widest interval of a judge; null without labels. */
  moreForHalfWidth: z.number().int().nullable(),
})
export type LabelReport = z.infer<typeof labelReportSchema>
