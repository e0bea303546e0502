import { Eye, EyeOff, ListTodo, Search } from 'lucide-react'
import { Suspense, useCallback, useEffect, useState, type ReactNode } from 'react'
import { Link, Outlet, useLocation } from 'react-router'
import { useCall } from '../hooks/use-call.ts'
import { useSettings } from '../hooks/use-settings.tsx'
import { AppCommands, useCommands } from './app-commands.tsx'
import { Button, Hint } from './button.tsx'
import { PaneSlotContext } from './detail-pane.tsx'
import { PageBoundary } from './page-boundary.tsx'
import { CrumbsContext, type Crumb } from './page.tsx'
import { Rail } from './rail.tsx'
import { useCover } from './sensitive-text.tsx'
import { StatusLine } from './status-line.tsx'

const storeAddressMs = 500

/** What is always there: rail, top bar, status line; the page and its detail pane between them. */
export function Frame(): ReactNode {
  const [crumbs, setCrumbs] = useState<readonly Crumb[]>([])
  const [paneSlot, setPaneSlot] = useState<HTMLElement | null>(null)
  const location = useLocation()
  useStoredAddress(`${location.pathname}${location.search}`)
  useEffect(ignoreStrayDrops, [])
  return (
    <AppCommands>
      <div className="frame">
        <Rail />
        <TopBar crumbs={crumbs} />
        <PaneSlotContext value={paneSlot}>
          <CrumbsContext value={setCrumbs}>
            <main className="page" id="page" data-address={location.pathname}>
              <PageBoundary key={location.pathname}>
                <Suspense>
                  <Outlet />
                </Suspense>
              </PageBoundary>
            </main>
          </CrumbsContext>
        </PaneSlotContext>
        <div className="pane-slot" ref={useCallback(setPaneSlot, [setPaneSlot])} />
        <StatusLine />
      </div>
    </AppCommands>
  )
}

/** A restart returns to the last address. */
function useStoredAddress(address: string): void {
  const { settings, change } = useSettings()
  const isStored = settings.lastAddress === address
  useEffect(() => {
    if (isStored) return
    const timer = setTimeout(() => change({ lastAddress: address }), storeAddressMs)
    return () => clearTimeout(timer)
  }, [address, change, isStored])
}

/** A file dropped beside a drop target must not replace the page. */
function ignoreStrayDrops(): () => void {
  const ignore = (event: DragEvent) => event.preventDefault()
  window.addEventListener('dragover', ignore)
  window.addEventListener('drop', ignore)
  return () => {
    window.removeEventListener('dragover', ignore)
    window.removeEventListener('drop', ignore)
  }
}

function TopBar({ crumbs }: { crumbs: readonly Crumb[] }): ReactNode {
  const perform = useCommands()
  const cover = useCover()
  return (
    <div className="topbar" role="banner">
      <nav className="breadcrumbs" aria-label="Where you are">
        <ol>
          {crumbs.map((crumb, index) => (
            <li key={index}>
              {crumb.to === null ? (
                <bdi aria-current="page" dir="auto">
                  {crumb.title}
                </bdi>
              ) : (
                <Link to={crumb.to}>{crumb.title}</Link>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <Button onClick={() => perform('open-palette')}>
        <Search size={14} aria-hidden />
        Find <kbd>Ctrl K</kbd>
      </Button>
      <Hint
        text={
          cover.isCovered
            ? 'Harmful prompts and answers are covered. Press to show them in this session.'
            : 'Harmful prompts and answers are shown. Press to cover them.'
        }
      >
        <Button
          look="quiet"
          aria-pressed={!cover.isCovered}
          aria-label="Show sensitive texts"
          onClick={cover.toggle}
        >
          {cover.isCovered ? <EyeOff size={15} aria-hidden /> : <Eye size={15} aria-hidden />}
        </Button>
      </Hint>
      <QueuePill />
    </div>
  )
}

function QueuePill(): ReactNode {
  const status = useCall('system.status', {}, { refreshOn: ['queue-changed', 'job-changed'] })
  if (status.data === null) return null
  const { running, queued, isQueuePaused } = status.data
  const text = isQueuePaused
    ? `paused, ${queued + running} waiting`
    : running + queued === 0
      ? 'idle'
      : `${running} running, ${queued} waiting`
  return (
    <Link className={`badge ${running > 0 ? 'accent' : isQueuePaused ? 'warn' : ''}`} to="/runs">
      <ListTodo size={13} aria-hidden />
      <span className="visually-hidden">Queue: </span>
      {text}
    </Link>
  )
}
