import { useCallback, useEffect, useRef, useState } from 'react'
import { toAppError, type AppError } from '#contract/errors'
import type { StoredSample } from '#contract/jobs'
import { call } from '../api.ts'
import { useEvent } from './use-event.ts'

const pageSize = 200
const refreshMs = 1000

/** New samples in front, older ones behind; both lists run from the newest to the oldest and may overlap. */
export function mergeNewest(
  fresh: readonly StoredSample[],
  known: readonly StoredSample[],
): readonly StoredSample[] {
  const newest = known[0]?.rowId ?? -1
  const added = fresh.filter((sample) => sample.rowId > newest)
  return added.length === 0 ? known : [...added, ...known]
}

/** A job's samples, newest first: arriving ones are put in front, older ones are read as the table asks. */
export function useJobSamples(jobId: string): {
  samples: readonly StoredSample[]
  error: AppError | null
  isPending: boolean
  loadMore: () => void
} {
  const [samples, setSamples] = useState<readonly StoredSample[] | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const isComplete = useRef(false)
  const isReading = useRef(false)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)

  const readNewest = useCallback(async () => {
    try {
      const fresh = await readPage(jobId, null)
      setError(null)
      setSamples((old) => {
        if (old === null && fresh.length < pageSize) isComplete.current = true
        return mergeNewest(fresh, old ?? [])
      })
    } catch (thrown) {
      setError(toAppError(thrown))
    }
  }, [jobId])

  useEffect(() => {
    void readNewest()
    return () => {
      if (timer.current !== null) clearTimeout(timer.current)
    }
  }, [readNewest])

  const refreshSoon = (changedId: string) => {
    if (changedId !== jobId) return
    timer.current ??= setTimeout(() => {
      timer.current = null
      void readNewest()
    }, refreshMs)
  }
  useEvent('job-progressed', (progress) => refreshSoon(progress.jobId))
  useEvent('job-changed', (job) => refreshSoon(job.id))

  const oldest = samples?.at(-1)?.rowId ?? null
  const loadMore = useCallback(() => {
    if (oldest === null || isComplete.current || isReading.current) return
    isReading.current = true
    readPage(jobId, oldest)
      .then((older) => {
        if (older.length < pageSize) isComplete.current = true
        setSamples((old) => [...(old ?? []), ...older])
      })
      .catch((thrown: unknown) => setError(toAppError(thrown)))
      .finally(() => {
        isReading.current = false
      })
  }, [jobId, oldest])

  return { samples: samples ?? [], error, isPending: samples === null, loadMore }
}

function readPage(id: string, afterRowId: number | null): Promise<StoredSample[]> {
  return call('jobs.samples', { id, afterRowId, limit: pageSize, newestFirst: true })
}
