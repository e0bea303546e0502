import { createContext, useContext, useEffect, type ReactNode } from 'react'

export interface Crumb {
  readonly title: string
  /** Null for the page itself. */
  readonly to: string | null
}

/** Tells the top bar where the person is. */
export const CrumbsContext = createContext<(crumbs: readonly Crumb[]) => void>(() => undefined)

/** One page: heading, its actions, and the body in one scroll area. */
export function Page({
  title,
  parents = [],
  summary,
  actions,
  fills = false,
  children,
}: {
  title: string
  parents?: readonly { readonly title: string; readonly to: string }[]
  summary?: ReactNode
  actions?: ReactNode
  /** The body takes the window's height and scrolls inside. */
  fills?: boolean
  children: ReactNode
}): ReactNode {
  const setCrumbs = useContext(CrumbsContext)
  const trail = JSON.stringify([...parents, { title, to: null }])
  useEffect(() => {
    setCrumbs(JSON.parse(trail) as Crumb[])
    document.title = `${title} · Actbench`
  }, [setCrumbs, trail, title])
  return (
    <div className={`page-body ${fills ? 'fills' : ''}`}>
      <header className="page-header">
        <div className="titles">
          <h1>
            <bdi dir="auto">{title}</bdi>
          </h1>
          {summary !== undefined && <div className="soft">{summary}</div>}
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}
