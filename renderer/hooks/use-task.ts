import { useCallback, useState } from 'react'
import { toAppError, type AppError } from '#contract/errors'
import { useToast } from '../components/toasts.tsx'

/** Runs what a button starts: one at a time, an error becomes a toast and is kept for the place that shows it. */
export function useTask(): {
  run: (task: () => Promise<unknown>, doneText?: string) => Promise<boolean>
  isRunning: boolean
  error: AppError | null
  clear: () => void
} {
  const toast = useToast()
  const [isRunning, setIsRunning] = useState(false)
  const [error, setError] = useState<AppError | null>(null)
  const run = useCallback(
    async (task: () => Promise<unknown>, doneText?: string): Promise<boolean> => {
      setIsRunning(true)
      setError(null)
      try {
        await task()
        if (doneText !== undefined) toast.show({ text: doneText })
        return true
      } catch (thrown) {
        const failure = toAppError(thrown)
        setError(failure)
        if (failure.code !== 'cancelled') toast.showError(failure)
        return false
      } finally {
        setIsRunning(false)
      }
    },
    [toast],
  )
  const clear = useCallback(() => setError(null), [])
  return { run, isRunning, error, clear }
}
