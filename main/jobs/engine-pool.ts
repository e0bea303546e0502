/** Engine processes from job to job: the next job gets one that has its model loaded, if there is one. */
import { configurations, type ReadableDb } from '#db'
import type { Job } from '#contract/jobs'
import type { EngineClient } from './engine-client.ts'

export interface EnginePool {
  /** A resting engine of the same warmth, else a new one. At most `resting` others are kept, the newest. */
  readonly take: (warmth: string, resting: number) => EngineClient
  /** The job is over: the engine rests until another one of its warmth comes, or its idle time is over. */
  readonly giveBack: (warmth: string, engine: EngineClient) => void
  /** Ends all that rest. */
  readonly close: () => void
}

export function createEnginePool(create: () => EngineClient): EnginePool {
  let resting: { readonly warmth: string; readonly engine: EngineClient }[] = []

  const keep = (count: number) => {
    const surplus = resting.slice(0, Math.max(0, resting.length - count))
    resting = resting.slice(surplus.length)
    for (const { engine } of surplus) engine.kill()
  }

  return {
    take: (warmth, count) => {
      const warm = resting.findLast((each) => each.warmth === warmth)
      resting = resting.filter((each) => each !== warm)
      keep(count)
      return warm?.engine ?? create()
    },
    giveBack: (warmth, engine) => {
      resting.push({ warmth, engine })
    },
    close: () => {
      keep(0)
    },
  }
}

/**
 * Equal for jobs that can use the same loaded model. Others get a process of their own, so that its memory is theirs alone
 * and what was loaded for another model is given back.
 */
export function warmthOf(db: ReadableDb, job: Job): string {
  if (job.kind === 'judging') return JSON.stringify(['judging', job.modelId])
  const stored = configurations.find(db, job.configurationHash)
  if (stored === null) return job.id
  const { precision, provider, adapterId } = stored.configuration
  return JSON.stringify([job.modelId, precision, provider, adapterId ?? null])
}
