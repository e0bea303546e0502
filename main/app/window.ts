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

export interface MainWindow {
  /** Opens it or brings it to the front; Electron must be ready. */
  readonly show: () => BrowserWindow
  /** Null when it is closed: on macOS the app lives on without it. */
  readonly current: () => BrowserWindow | null
}

/** Makes nothing yet: the first `show` opens the window. */
export function createMainWindow(options: WindowOptions): MainWindow {
  let window: BrowserWindow | null = null
  return {
    current: () => window,
    show: () => {
      if (window === null) {
        window = openWindow(options)
        window.on('closed', () => {
          window = null
        })
      } else {
        bringToFront(window)
      }
      return window
    },
  }
}

/** It becomes visible when the page has drawn something. */
function openWindow({ preloadPath, placePath }: WindowOptions): BrowserWindow {
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
  // The page keeps its state in addresses and in the store, so a fresh one goes on where the lost one was.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.reload()
  })
  void window.loadURL(pageAddress)
  return window
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
