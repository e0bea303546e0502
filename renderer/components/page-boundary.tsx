import { Component, type ReactNode } from 'react'
import { toAppError, type AppError } from '#contract/errors'
import { ErrorPanel } from './error-panel.tsx'

/** A page that fails to draw shows why; the frame and the other pages stay usable. React offers this only as a class. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: AppError | null }> {
  override state: { error: AppError | null } = { error: null }

  static getDerivedStateFromError(thrown: unknown): { error: AppError } {
    return { error: toAppError(thrown) }
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <div className="page-body">
        <ErrorPanel error={this.state.error} onRetry={() => this.setState({ error: null })} />
      </div>
    )
  }
}
