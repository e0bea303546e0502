/** Small notices from main to all pages: which thing changed, not the thing itself (a running job's numbers excepted). */
import { z } from 'zod'
import { jobSchema, jobStageSchema } from './jobs.ts'
import { downloadSchema } from './models.ts'

export const events = {
  /** At most a few times a second per job. */
  'job-progressed': z.object({
    jobId: z.string(),
    runId: z.string(),
    stage: jobStageSchema.nullable(),
    stageDetail: z.string(),
    done: z.number().int(),
    failed: z.number().int(),
    total: z.number().int().nullable(),
    samplesPerSecond: z.number().nullable(),
    tokensPerSecond: z.number().nullable(),
    remainingMs: z.number().nullable(),
  }),
  'job-changed': jobSchema,
  'runs-changed': z.object({}),
  'models-changed': z.object({}),
  'suites-changed': z.object({}),
  'configurations-changed': z.object({}),
  'download-progressed': downloadSchema,
  'queue-changed': z.object({
    isPaused: z.boolean(),
    running: z.number().int(),
    queued: z.number().int(),
  }),
  'settings-changed': z.object({}),
  /** A menu item or a notification asks the window to go somewhere. */
  'navigation-requested': z.object({ address: z.string() }),
  /** A menu item asks for an action of the page, by its id in the action list. */
  'action-requested': z.object({ actionId: z.string() }),
} as const satisfies Record<string, z.ZodType>

export type Events = typeof events
export type EventName = keyof Events
export type EventPayload<N extends EventName> = z.infer<Events[N]>
export type Emit = <N extends EventName>(name: N, payload: EventPayload<N>) => void
