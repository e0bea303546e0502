/** What is kept only to save time: it can be deleted and is made again when it is needed. */
import { z } from 'zod'

export const cacheIdSchema = z.enum(['weights', 'calibration'])

export const cacheSchema = z.object({
  id: cacheIdSchema,
  title: z.string(),
  /** What it holds, and what its loss costs. */
  summary: z.string(),
  entries: z.number().int(),
  sizeBytes: z.number(),
})
export type Cache = z.infer<typeof cacheSchema>
