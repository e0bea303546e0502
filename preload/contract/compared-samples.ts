/** Samples of a comparison side by side, and one sample in full. */
import { z } from 'zod'
import { responseSchema, scoreSchema, utteranceSchema } from './suites.ts'

/** Of suites of utterances: those of an intent that some column took for another, those with a slot, those of a domain. */
export const aboutSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('intent'), name: z.string(), takenFor: z.string() }),
  z.object({ kind: z.literal('slot'), name: z.string() }),
  z.object({ kind: z.literal('domain'), name: z.string() }),
])

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
  about: aboutSchema.optional(),
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
