import {
  createContext,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
  type ReactNode,
} from 'react'
import { useNavigate } from 'react-router'
import { appActions, type AppActionId } from '#contract/app-actions'
import { call } from '../api.ts'
import { useEvent } from '../hooks/use-event.ts'
import { useSettings } from '../hooks/use-settings.tsx'
import { useTask } from '../hooks/use-task.ts'
import { CommandPalette } from './command-palette.tsx'
import { useCover } from './sensitive-text.tsx'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'

type Perform = (id: AppActionId) => void

const CommandsContext = createContext<Perform | null>(null)

/** Carries out the app-wide actions, whether they come from a key, the palette, a button or the native menu. */
export function AppCommands({ children }: { children: ReactNode }): ReactNode {
  const navigate = useNavigate()
  const { run } = useTask()
  const { settings, change } = useSettings()
  const cover = useCover()
  const [dialog, setDialog] = useState<'palette' | 'shortcuts' | null>(null)

  const addModel = (kind: 'file' | 'directory') =>
    run(async () => {
      const path = await call('dialogs.openModel', { kind })
      if (path !== null) await navigate(addModelAddress(path))
    })
  const performOther: Readonly<Record<string, () => unknown>> = {
    'run-demo': () =>
      run(async () => {
        const started = await call('plans.demo', {})
        await navigate(`/runs/${started.id}`)
      }),
    'add-model-file': () => addModel('file'),
    'add-model-directory': () => addModel('directory'),
    'pause-queue': () => run(() => call('queue.pause', {}), 'The queue is paused.'),
    'resume-queue': () => run(() => call('queue.resume', {}), 'The queue goes on.'),
    'open-palette': () => setDialog('palette'),
    'toggle-cover': cover.toggle,
    'toggle-theme': () => change({ theme: isDark(settings.theme) ? 'light' : 'dark' }),
    'show-shortcuts': () => setDialog('shortcuts'),
  }
  const perform = (id: string) => {
    const action = appActions.find((candidate) => candidate.id === id)
    if (action?.address != null) void navigate(action.address)
    else performOther[id]?.()
  }

  useEvent('action-requested', ({ actionId }) => perform(actionId))
  useEvent('navigation-requested', ({ address }) => void navigate(address))
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const id = actionOfKey(event)
    if (id === null || event.defaultPrevented) return
    event.preventDefault()
    if (id === 'filter') document.querySelector<HTMLElement>('.page [data-filter]')?.focus()
    else perform(id)
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])

  return (
    <CommandsContext value={perform}>
      {children}
      <CommandPalette
        isOpen={dialog === 'palette'}
        onClose={() => setDialog(null)}
        perform={(id) => {
          setDialog(null)
          perform(id)
        }}
      />
      <ShortcutsDialog isOpen={dialog === 'shortcuts'} onClose={() => setDialog(null)} />
    </CommandsContext>
  )
}

export function useCommands(): Perform {
  const perform = useContext(CommandsContext)
  if (perform === null) throw new Error('useCommands outside AppCommands')
  return perform
}

export function addModelAddress(path: string): string {
  return `/models/add?path=${encodeURIComponent(path)}`
}

function isDark(theme: 'system' | 'light' | 'dark'): boolean {
  if (theme !== 'system') return theme === 'dark'
  return window.matchMedia('(prefers-color-scheme: dark)').matches
}

/** Keys that the page itself listens to; the native menu has the others. */
function actionOfKey(event: KeyboardEvent): AppActionId | 'filter' | null {
  const key = event.key.toLowerCase()
  if (event.ctrlKey || event.metaKey) {
    if (key === 'k') return 'open-palette'
    return key === 'h' && event.shiftKey ? 'toggle-cover' : null
  }
  if (event.altKey || isTyping(event.target)) return null
  if (event.key === '?') return 'show-shortcuts'
  return event.key === '/' ? 'filter' : null
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}
