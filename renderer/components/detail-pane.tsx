import { X } from 'lucide-react'
import { createContext, useContext, useEffect, useEffectEvent, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { useStoredSize } from '../hooks/use-settings.tsx'
import { IconButton } from './button.tsx'

/** The frame's place for the pane; null before it is there. */
export const PaneSlotContext = createContext<HTMLElement | null>(null)

const narrowest = 320
const keyStep = 24

/** The pane at the right edge: resizable by mouse and keyboard, closed by Esc. */
export function DetailPane({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}): ReactNode {
  const slot = useContext(PaneSlotContext)
  const [width, drag, store] = useStoredSize('detail-pane', 460)
  const widest = Math.max(narrowest, window.innerWidth - 420)
  const clamp = (value: number) => Math.min(widest, Math.max(narrowest, value))
  const close = useEffectEvent(onClose)
  useEffect(() => {
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) close()
    }
    window.addEventListener('keydown', closeOnEscape)
    return () => window.removeEventListener('keydown', closeOnEscape)
  }, [])
  if (slot === null) return null
  const startDrag = (event: React.PointerEvent<HTMLDivElement>) => {
    const handle = event.currentTarget
    const from = event.clientX
    handle.setPointerCapture(event.pointerId)
    const widthAt = (x: number) => clamp(width + from - x)
    handle.onpointermove = (move) => drag(widthAt(move.clientX))
    handle.onpointerup = (up) => {
      handle.onpointermove = null
      handle.onpointerup = null
      store(widthAt(up.clientX))
    }
  }
  return createPortal(
    <aside className="pane" style={{ width: clamp(width) }} aria-label={title}>
      <div
        className="pane-handle"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the detail pane"
        aria-valuenow={clamp(width)}
        aria-valuemin={narrowest}
        aria-valuemax={widest}
        tabIndex={0}
        onPointerDown={startDrag}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') store(clamp(width + keyStep))
          if (event.key === 'ArrowRight') store(clamp(width - keyStep))
        }}
      />
      <header>
        <h2>{title}</h2>
        <IconButton label="Close (Esc)" onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      {/* A scroll area must be reachable by keyboard. */}
      <div className="pane-body" tabIndex={0} role="region" aria-label={`${title}, details`}>
        {children}
      </div>
    </aside>,
    slot,
  )
}
