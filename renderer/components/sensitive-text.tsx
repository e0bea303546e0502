import { EyeOff } from 'lucide-react'
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react'
import { plural } from '../format/numbers.ts'
import { useSettings } from '../hooks/use-settings.tsx'

interface Cover {
  /** Covered until asked for, in this session. */
  readonly isCovered: boolean
  readonly toggle: () => void
}

const CoverContext = createContext<Cover | null>(null)

/** Uncovering holds for the session only: the next start covers again unless the setting says otherwise. */
export function CoverProvider({ children }: { children: ReactNode }): ReactNode {
  const { settings } = useSettings()
  const [choice, setChoice] = useState<boolean | null>(null)
  const isCovered = choice ?? settings.coverSensitiveText
  const cover = useMemo(() => ({ isCovered, toggle: () => setChoice(!isCovered) }), [isCovered])
  return <CoverContext value={cover}>{children}</CoverContext>
}

export function useCover(): Cover {
  const cover = useContext(CoverContext)
  if (cover === null) throw new Error('useCover outside CoverProvider')
  return cover
}

/**
 * Prompt or answer as plain text. What an aligned model should refuse is covered until the person asks for it, here or
 * for the session. A covered text is not in the page at all, so that no screen reader or search reveals it.
 */
export function SensitiveText({
  text,
  isSensitive,
  what = 'text',
  children,
}: {
  text: string
  isSensitive: boolean
  /** `prompt`, `answer`: names the button. */
  what?: string
  /** Drawn instead of the plain text once shown. */
  children?: ReactNode
}): ReactNode {
  const { isCovered } = useCover()
  const [isShown, setIsShown] = useState(false)
  if (isSensitive && isCovered && !isShown) {
    return (
      <button
        type="button"
        className="covered"
        onClick={(event) => {
          event.stopPropagation()
          setIsShown(true)
        }}
        onKeyDown={(event) => event.stopPropagation()}
      >
        <EyeOff size={13} aria-hidden />
        Show {what} ({plural(Array.from(text).length, 'character')})
      </button>
    )
  }
  return children ?? <bdi dir="auto">{text}</bdi>
}
