import type { ReactNode } from 'react'
import { appActions } from '#contract/app-actions'
import { Dialog } from './dialog.tsx'

const inTables = [
  ['↓ or j, ↑ or k', 'Next row, previous row'],
  ['Enter', 'Open the row'],
  ['x', 'Select the row'],
  ['/', 'Filter'],
  ['Home, End, Page Up, Page Down', 'Move far'],
  ['Esc', 'Close the detail pane'],
] as const

const inWindow = [
  ['?', 'These shortcuts'],
  ['/', 'Go to the filter of the page'],
] as const

export function ShortcutsDialog({
  isOpen,
  onClose,
}: {
  isOpen: boolean
  onClose: () => void
}): ReactNode {
  const fromMenu = appActions.flatMap((action) =>
    action.accelerator === null ? [] : [[keysOf(action.accelerator), action.title] as const],
  )
  return (
    <Dialog title="Keyboard shortcuts" isOpen={isOpen} onClose={onClose} isWide>
      <div className="columns-2" style={{ gridTemplateColumns: '1fr 1fr' }}>
        <ShortcutList title="Everywhere" items={[...fromMenu, ...inWindow]} />
        <ShortcutList title="In tables" items={inTables} />
      </div>
    </Dialog>
  )
}

function ShortcutList({
  title,
  items,
}: {
  title: string
  items: readonly (readonly [string, string])[]
}): ReactNode {
  return (
    <section className="stack">
      <h3>{title}</h3>
      <dl className="facts">
        {items.map(([keys, what]) => (
          <div key={keys + what} style={{ display: 'contents' }}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** An Electron accelerator as it is printed on keys here. */
export function keysOf(accelerator: string): string {
  const isMac = navigator.platform.startsWith('Mac')
  return accelerator
    .replace('CmdOrCtrl', isMac ? '⌘' : 'Ctrl')
    .replace('Shift', isMac ? '⇧' : 'Shift')
    .replaceAll('+', isMac ? '' : ' + ')
}
