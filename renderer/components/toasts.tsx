import { X } from 'lucide-react'
import {
  createContext,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
  type ReactNode,
} from 'react'
import type { AppError } from '#contract/errors'
import { copyText } from './save-file.ts'

export interface ToastMessage {
  readonly text: string
  readonly tone?: 'bad'
  readonly action?: { readonly label: string; readonly run: () => void }
}

interface Toasts {
  readonly show: (message: ToastMessage) => void
  readonly showError: (error: AppError) => void
}

const ToastContext = createContext<Toasts | null>(null)
const toastMs = 7000

/** Short notices at the corner, with one action at most (undo, copy details). */
export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [messages, setMessages] = useState<readonly (ToastMessage & { key: number })[]>([])
  const toasts = useMemo<Toasts>(() => {
    const show = (message: ToastMessage) =>
      setMessages((old) => [
        ...old.slice(-3),
        { ...message, key: (old.at(-1)?.key ?? 0) + 1 + Math.random() },
      ])
    return {
      show,
      showError: (error) =>
        show({
          text: error.remedy === null ? error.message : `${error.message} ${error.remedy}`,
          tone: 'bad',
          action: { label: 'Copy details', run: () => void copyText(errorDetails(error)) },
        }),
    }
  }, [])
  return (
    <ToastContext value={toasts}>
      {children}
      {/* The region is there before its first notice, or a screen reader would miss that one. */}
      <div className="toasts" role="status" aria-label="Notices">
        {messages.map((message) => (
          <ToastView
            key={message.key}
            message={message}
            onClose={() => setMessages((old) => old.filter((other) => other !== message))}
          />
        ))}
      </div>
    </ToastContext>
  )
}

/** Goes by itself after a while, but not while the person points at it or has reached it by keyboard. */
function ToastView({
  message,
  onClose,
}: {
  message: ToastMessage
  onClose: () => void
}): ReactNode {
  const [isHeld, setIsHeld] = useState(false)
  const close = useEffectEvent(onClose)
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => close(), toastMs)
    return () => clearTimeout(timer)
  }, [isHeld])
  const { text, tone = '', action } = message
  return (
    <div
      className={`toast ${tone}`}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <span className="grow wrap-text">{text}</span>
      {action !== undefined && (
        <button
          type="button"
          className="button"
          onClick={() => {
            onClose()
            action.run()
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className="button quiet icon" aria-label="Dismiss" onClick={onClose}>
        <X size={14} aria-hidden />
      </button>
    </div>
  )
}

export function useToast(): Toasts {
  const toasts = useContext(ToastContext)
  if (toasts === null) throw new Error('useToast outside ToastProvider')
  return toasts
}

/** All that helps whoever looks into it. */
export function errorDetails(error: AppError): string {
  return [
    `code: ${error.code}`,
    `message: ${error.message}`,
    ...(error.remedy === null ? [] : [`remedy: ${error.remedy}`]),
    ...(error.details === null ? [] : ['', error.details]),
  ].join('\n')
}
