import { useState, type ReactNode } from 'react'
import { toAppError, type AppError } from '#contract/errors'
import { call } from './api.ts'
import { Button } from './components/button.tsx'
import { ErrorPanel } from './components/error-panel.tsx'

/** In place of the app when main cannot open the profile: why, and what can be done about it from here. */
export function CannotStart({ error }: { error: AppError }): ReactNode {
  const [shown, setShown] = useState(error)
  const [aside, setAside] = useState<string | null>(null)
  const setStoreAside = () => {
    call('dialogs.setStoreAside', {}).then(
      ({ path }) => setAside(path),
      (thrown: unknown) => setShown(toAppError(thrown)),
    )
  }
  return (
    <div className="page-body">
      {aside === null ? (
        <ErrorPanel
          error={shown}
          onRetry={() => window.location.reload()}
          actions={
            shown.code === 'damaged-store' && (
              <Button onClick={setStoreAside}>Set the file aside</Button>
            )
          }
        />
      ) : (
        <div className="card stack" role="status">
          <p className="wrap-text">The damaged store was kept as {aside}.</p>
          <div>
            <Button look="primary" onClick={() => window.location.reload()}>
              Start with an empty store
            </Button>
          </div>
        </div>
      )}
    </div>
  )
}
