import { useCallback, useEffect, useRef, useState } from 'react'
import type { ComparedSample, ComparisonSpec, SampleFilter } from '#contract/comparisons'
import { toAppError, type AppError } from '#contract/errors'
import { call } from '../api.ts'

const pageSize = 200

interface Loaded {
  readonly key: string
  readonly samples: readonly ComparedSample[]
  readonly nextCursor: string | null
  readonly total: number
}

/** Samples that match the filter, page by page as the table asks for more. Another filter keeps the old rows until its own are there. */
export function useComparedSamples(
  spec: ComparisonSpec,
  filter: SampleFilter,
): {
  samples: readonly ComparedSample[]
  total: number
  isPending: boolean
  error: AppError | null
  loadMore: () => void
} {
  const key = JSON.stringify([spec, filter])
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const newestKey = useRef(key)
  const isLoading = useRef(false)

  const load = useCallback(async (forKey: string, before: Loaded | null) => {
    if (before !== null && isLoading.current) return
    isLoading.current = true
    const [asked, matching] = JSON.parse(forKey) as [ComparisonSpec, SampleFilter]
    try {
      const page = await call('comparisons.samples', {
        spec: asked,
        filter: matching,
        cursor: before?.nextCursor ?? null,
        limit: pageSize,
      })
      if (newestKey.current !== forKey) return
      setError(null)
      setLoaded({ key: forKey, ...page, samples: [...(before?.samples ?? []), ...page.samples] })
    } catch (thrown) {
      if (newestKey.current === forKey) setError(toAppError(thrown))
    } finally {
      if (newestKey.current === forKey) isLoading.current = false
    }
  }, [])

  useEffect(() => {
    newestKey.current = key
    void load(key, null)
  }, [key, load])

  const loadMore = useCallback(() => {
    if (loaded?.key === newestKey.current && loaded.nextCursor !== null) {
      void load(loaded.key, loaded)
    }
  }, [load, loaded])

  return {
    samples: loaded?.samples ?? [],
    total: loaded?.total ?? 0,
    isPending: loaded?.key !== key && error === null,
    error,
    loadMore,
  }
}
