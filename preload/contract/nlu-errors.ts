/** Where models of utterances go wrong: intents that are taken for others, types of slots, domains. */
import { z } from 'zod'
import { comparisonSpecSchema } from './comparisons.ts'
import { differenceSchema, estimateSchema } from './estimates.ts'
import { metricRecordSchema } from './suites.ts'

export const nluErrorsQuerySchema = z.object({
  spec: comparisonSpecSchema,
  suiteId: z.string(),
  /** Utterances of one locale; null: of all. */
  locale: z.string().nullable(),
})
export type NluErrorsQuery = z.infer<typeof nluErrorsQuerySchema>

export const nluErrorCellSchema = z.object({
  estimate: estimateSchema,
  /** Against the baseline, adjusted after Holm over the `tests` of the table. */
  difference: differenceSchema.nullable(),
  /** Utterances that were so confused, slots (right ones, predicted and gold), utterances that are right: what the value is made of. */
  hits: z.number().int(),
  /** Of slots only. */
  predicted: z.number().int().optional(),
  gold: z.number().int().optional(),
})
export type NluErrorCell = z.infer<typeof nluErrorCellSchema>

export const nluErrorTableSchema = z.object({
  view: z.enum(['confusions', 'slots', 'domains']),
  /** Of confusions: share of the utterances of an intent that were taken for a certain other one. */
  metric: metricRecordSchema,
  rows: z.array(
    z.object({
      /** The right intent, the type of slot, or the domain. Text of data or of a model: untrusted. */
      name: z.string(),
      /** What it was taken for; of confusions only. */
      takenFor: z.string().optional(),
      /** Different requests among its utterances: the same one in several languages counts once. */
      requests: z.number().int(),
      /** One per column; null where it has no such utterance. */
      cells: z.array(nluErrorCellSchema.nullable()),
    }),
  ),
  /** Rows before the list was cut to the most frequent ones. */
  total: z.number().int(),
  /** Differences of all rows and columns but those of layer maps. */
  tests: z.number().int(),
  /** Those of the cells of layer maps, adjusted among themselves; absent without a map. */
  exploratoryTests: z.number().int().optional(),
  /** What the cells and the tests are, in sentences. */
  note: z.string(),
})
export type NluErrorTable = z.infer<typeof nluErrorTableSchema>

export const nluErrorsSchema = z.object({
  suiteId: z.string(),
  suiteTitle: z.string(),
  locale: z.string().nullable(),
  /** Hashes of the configurations in the order of the cells. */
  columns: z.array(z.string()),
  /** Those with anything to show. */
  tables: z.array(nluErrorTableSchema),
})
export type NluErrors = z.infer<typeof nluErrorsSchema>
