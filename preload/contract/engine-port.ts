/**
 * What crosses the port between the queue and the engine's own process. Both ends validate what they receive, so a
 * worker of another build is refused by name instead of being misread.
 */
import { z } from 'zod'
import { appErrorSchema } from './errors.ts'
import { jobEventSchema, jobSpecSchema } from './jobs.ts'
import { providerReportSchema } from './system.ts'

export const engineRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), spec: jobSpecSchema }),
  /** Polite: the engine answers with `job-ended` at the next chunk of tokens. */
  z.object({ type: z.literal('cancel'), jobId: z.string() }),
  z.object({ type: z.literal('providers'), requestId: z.number().int() }),
])
export type EngineRequest = z.infer<typeof engineRequestSchema>

export const engineReplySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** A sign of life; it stops while a native call holds the thread. */
  z.object({ type: z.literal('heartbeat') }),
  z.object({
    type: z.literal('event'),
    jobId: z.string(),
    /** When the engine handed it over, epoch milliseconds: it may be long on its way behind a large one. */
    at: z.number(),
    event: jobEventSchema,
  }),
  z.object({
    type: z.literal('providers'),
    requestId: z.number().int(),
    providers: z.array(providerReportSchema),
  }),
  /** A request that could not be answered; `requestId` null when it could not even be read. */
  z.object({
    type: z.literal('refused'),
    requestId: z.number().int().nullable(),
    error: appErrorSchema,
  }),
])
export type EngineReply = z.infer<typeof engineReplySchema>
