/** The native menu: the app-wide actions of the contract's list, and the usual entries of the platform. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import { appActions, type AppAction, type AppActionId } from '#contract/app-actions'
import type { Emit } from '#contract/events'

/** The page hears these keys itself, also where the menu is hidden; registered here too they would fire twice. */
const keysOfThePage: readonly AppActionId[] = ['open-palette', 'toggle-cover']

export function installMenu(emit: Emit): void {
  const isMac = process.platform === 'darwin'
  const entries = (group: AppAction['group']): MenuItemConstructorOptions[] =>
    appActions.filter((action) => action.group === group).map((action) => toEntry(action, emit))
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [...entries('do'), { type: 'separator' }, { role: isMac ? 'close' : 'quit' }],
    },
    { role: 'editMenu' },
    { label: 'Go', submenu: entries('go') },
    {
      label: 'View',
      submenu: [
        ...entries('view'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        { type: 'separator' },
        { role: 'reload' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: `Version ${app.getVersion()}`, enabled: false }] },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

function toEntry(
  { id, title, accelerator, address }: (typeof appActions)[number],
  emit: Emit,
): MenuItemConstructorOptions {
  return {
    id,
    label: title,
    ...(accelerator === null ? {} : { accelerator }),
    registerAccelerator: !keysOfThePage.includes(id),
    click: () => {
      if (address === null) emit('action-requested', { actionId: id })
      else emit('navigation-requested', { address })
    },
  }
}
