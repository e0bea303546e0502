/** The native menu: pages by number, and the usual edit, view and window entries of the platform. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { Emit } from '#contract/events'

/** Addresses of the page's router, in the order of its rail. */
const pages = [
  { label: 'Start', address: '/' },
  { label: 'New Evaluation', address: '/new' },
  { label: 'Runs', address: '/runs' },
  { label: 'Compare', address: '/compare' },
  { label: 'Models', address: '/models' },
  { label: 'Configurations', address: '/configurations' },
  { label: 'Suites', address: '/suites' },
  { label: 'Settings', address: '/settings' },
] as const

export function installMenu(emit: Emit): void {
  const go: MenuItemConstructorOptions[] = pages.map(({ label, address }, index) => ({
    label,
    accelerator: `CmdOrCtrl+${index + 1}`,
    click: () => {
      emit('navigation-requested', { address })
    },
  }))
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [
        {
          label: 'New Evaluation',
          accelerator: 'CmdOrCtrl+N',
          click: () => {
            emit('navigation-requested', { address: '/new' })
          },
        },
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    { label: 'Go', submenu: go },
    {
      label: 'View',
      submenu: [
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
