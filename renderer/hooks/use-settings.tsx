import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import type { Settings } from '#contract/system'
import { call } from '../api.ts'
import { useEvent } from './use-event.ts'

interface SettingsState {
  readonly settings: Settings
  /** Shown at once, stored in the background. */
  readonly change: (part: Partial<Settings>) => void
}

const SettingsContext = createContext<SettingsState | null>(null)

export function SettingsProvider({
  initial,
  children,
}: {
  initial: Settings
  children: ReactNode
}): ReactNode {
  const [settings, setSettings] = useState(initial)
  const change = useCallback((part: Partial<Settings>) => {
    setSettings((old) => ({ ...old, ...part }))
    call('settings.set', part).catch(() => {
      // A setting that could not be stored still holds for this window; the page itself is not at fault.
    })
  }, [])
  useEvent('settings-changed', () => {
    call('settings.get', {}).then(setSettings, () => undefined)
  })
  const state = useMemo(() => ({ settings, change }), [settings, change])
  return <SettingsContext value={state}>{children}</SettingsContext>
}

export function useSettings(): SettingsState {
  const state = useContext(SettingsContext)
  if (state === null) throw new Error('useSettings outside SettingsProvider')
  return state
}

/** A width or height that outlives the window: [value, set while dragging, store]. */
export function useStoredSize(
  name: string,
  initial: number,
): [number, (value: number) => void, (value: number) => void] {
  const { settings, change } = useSettings()
  const [dragged, setDragged] = useState<number | null>(null)
  const store = useCallback(
    (value: number) => {
      setDragged(null)
      change({ layout: { ...settings.layout, [name]: value } })
    },
    [change, name, settings.layout],
  )
  return [dragged ?? settings.layout[name] ?? initial, setDragged, store]
}
