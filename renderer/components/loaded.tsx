import type { ReactNode } from 'react'
import type { CallState } from '../hooks/use-call.ts'
import { ErrorPanel } from './error-panel.tsx'

/** Shows an answer once it is there, dimmed while a newer one is under way, and the error if there is one. */
export function Loaded<T>({
  state,
  children,
}: {
  state: CallState<T> & { reload: () => void }
  children: (data: T) => ReactNode
}): ReactNode {
  return (
    <>
      {state.error !== null && <ErrorPanel error={state.error} onRetry={state.reload} />}
      {state.data !== null && children(state.data)}
      {state.data === null && state.error === null && (
        <p className="soft" role="status">
          Loading …
        </p>
      )}
    </>
  )
}
