import { Toast } from 'radix-ui'
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react'
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
      <Toast.Provider duration={toastMs} swipeDirection="right">
        {children}
        {messages.map((message) => (
          <Toast.Root
            key={message.key}
            className={`toast ${message.tone ?? ''}`}
            onOpenChange={(isOpen) => {
              if (!isOpen) setMessages((old) => old.filter((other) => other.key !== message.key))
            }}
          >
            <Toast.Description className="grow">{message.text}</Toast.Description>
            {message.action !== undefined && (
              <Toast.Action asChild altText={message.action.label}>
                <button type="button" className="button" onClick={message.action.run}>
                  {message.action.label}
                </button>
              </Toast.Action>
            )}
          </Toast.Root>
        ))}
        <Toast.Viewport className="toasts" label="Notices ({hotkey})" />
      </Toast.Provider>
    </ToastContext>
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
