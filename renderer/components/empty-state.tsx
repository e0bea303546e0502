import type { ReactNode } from 'react'

/** What belongs here and the one action that fills it. */
export function EmptyState({
  icon,
  title,
  text,
  action,
}: {
  icon?: ReactNode
  title: string
  text: string
  action?: ReactNode
}): ReactNode {
  return (
    <div className="empty">
      {icon !== undefined && <span className="soft">{icon}</span>}
      <h2>{title}</h2>
      <p className="soft">{text}</p>
      {action}
    </div>
  )
}
