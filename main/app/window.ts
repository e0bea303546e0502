/** The one window. */
import { BrowserWindow, screen } from 'electron'
import { pageAddress } from './page-protocol.ts'
import { readWindowPlace, smallestWindow, writeWindowPlace } from './window-place.ts'

export interface WindowOptions {
  /** Absolute path of the built preload script. */
  readonly preloadPath: string
  /** File that remembers where the window was. */
  readonly placePath: string
}

/** Opens the window and shows it when the page has drawn something. */
export function openWindow({ preloadPath, placePath }: WindowOptions): BrowserWindow {
  const { isMaximized, ...bounds } = readWindowPlace(
    placePath,
    screen.getAllDisplays().map((display) => display.workArea),
  )
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Actbench',
    show: false,
    autoHideMenuBar: process.platform !== 'darwin',
    webPreferences: {
      preload: preloadPath,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  if (isMaximized) window.maximize()
  window.once('ready-to-show', () => {
    window.show()
  })
  window.on('close', () => {
    writeWindowPlace(placePath, { ...window.getNormalBounds(), isMaximized: window.isMaximized() })
  })
  void window.loadURL(pageAddress)
  return window
}

export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
