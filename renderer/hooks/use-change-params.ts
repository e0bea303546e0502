import { useCallback } from 'react'
import { useNavigate } from 'react-router'

/** Parameters of an address in the hash: `#/compare?runs=a` has one. */
export function paramsOfHash(hash: string): URLSearchParams {
  const at = hash.indexOf('?')
  return new URLSearchParams(at === -1 ? '' : hash.slice(at + 1))
}

/**
 * Changes parameters of the address as it is now, not as it was when the page was last drawn: on a page that is heavy to draw the next
 * click comes before that, and would take the one before it back.
 */
export function useChangeParams(): (change: (params: URLSearchParams) => void) => void {
  const navigate = useNavigate()
  return useCallback(
    (change) => {
      const params = paramsOfHash(window.location.hash)
      change(params)
      void navigate(`?${params.toString()}`, { replace: true })
    },
    [navigate],
  )
}
