import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AppError } from '#contract/errors'
import { Button } from './button.tsx'
import { copyText } from './save-file.ts'
import { errorDetails } from './toasts.tsx'

/** What happened, to which thing, what to do, and the details to hand on. */
export function ErrorPanel({
  error,
  onRetry,
  actions,
}: {
  error: AppError
  onRetry?: () => void
  /** What else can be done about this one. */
  actions?: ReactNode
}): ReactNode {
  return (
    <div className="error-panel" role="alert">
      <p className="line top">
        <CircleAlert size={16} className="tone-bad" aria-hidden />
        <span className="grow wrap-text">{error.message}</span>
      </p>
      {error.remedy !== null && <p className="soft wrap-text">{error.remedy}</p>}
      <div className="line">
        {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
        {actions}
        <Button look="quiet" onClick={() => void copyText(errorDetails(error))}>
          Copy details
        </Button>
      </div>
    </div>
  )
}
