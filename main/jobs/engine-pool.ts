/** Engine processes from job to job: the next job gets one that has its model loaded, if there is one. */
import { configurations, type ReadableDb } from '#db'
import type { Job } from '#contract/jobs'
import type { EngineClient } from './engine-client.ts'

export interface EnginePool {
  /**
   * A resting engine of the same warmth, rather one that ran this configuration last, else a new one. At most `resting` others
   * are kept, the newest.
   */
  readonly take: (job: Warmth, resting: number) => EngineClient
  /** The job is over: the engine rests until another one of its warmth comes, or its idle time is over. */
  readonly giveBack: (job: Warmth, engine: EngineClient) => void
  /** Configurations that resting engines ran last. */
  readonly loaded: () => string[]
  /** Ends all that rest. */
  readonly close: () => void
}

export interface Warmth {
  readonly warmth: string
  readonly configurationHash: string
}

export function createEnginePool(create: () => EngineClient): EnginePool {
  let resting: (Warmth & { readonly engine: EngineClient })[] = []

  const keep = (count: number) => {
    const surplus = resting.slice(0, Math.max(0, resting.length - count))
    resting = resting.slice(surplus.length)
    for (const { engine } of surplus) engine.kill()
  }

  return {
    take: ({ warmth, configurationHash }, count) => {
      const fitting = resting.filter((each) => each.warmth === warmth)
      const warm =
        fitting.find((each) => each.configurationHash === configurationHash) ?? fitting.at(-1)
      resting = resting.filter((each) => each !== warm)
      keep(count)
      return warm?.engine ?? create()
    },
    giveBack: ({ warmth, configurationHash }, engine) => {
      resting.push({ warmth, configurationHash, engine })
    },
    loaded: () => resting.map(({ configurationHash }) => configurationHash),
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
