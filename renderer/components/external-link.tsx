import { ExternalLink as Icon } from 'lucide-react'
import type { ReactNode } from 'react'

/** Opens in the system's browser. Only for addresses of our own records, never for model or dataset text. */
export function ExternalLink({ to, children }: { to: string; children: ReactNode }): ReactNode {
  return (
    <a href={to} target="_blank" rel="noreferrer">
      {children} <Icon size={12} aria-label="opens in the browser" />
    </a>
  )
}
