/** A comparison by language: which languages suffer, and how unevenly. */
import { z } from 'zod'
import { differenceSchema, estimateSchema } from './estimates.ts'

/** One metric by one judge. */
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
