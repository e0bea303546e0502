/** One app per profile, and an orderly end. */
import { app } from 'electron'
import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes the profile folder the app's user data; Chromium's own files go to a folder inside it. Where the profile cannot be
 * written Chromium gets a temporary folder instead, so that the window can open and say what is wrong. Must run before
 * Electron is ready.
 */
export function useProfile(profile: string): void {
  app.setName('Actbench')
  const folder = isWritable(profile) ? profile : mkdtempSync(join(tmpdir(), 'actbench-'))
  const chromiumFolder = join(folder, 'chromium')
  mkdirSync(chromiumFolder, { recursive: true })
  app.setPath('userData', folder)
  app.setPath('sessionData', chromiumFolder)
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * True for the first app on this profile. A second one ends at once after asking the first to show itself.
 */
export function claimSingleInstance(onSecondStart: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false
  app.on('second-instance', onSecondStart)
  return true
}

/**
 * Ends the app when its window is closed (except on macOS, where it stays in the dock) and gives `close` the time to
 * stop workers and the database before the process ends.
 */
export function endInOrder({ close }: { close: () => Promise<void> }): void {
  let state: 'running' | 'closing' | 'closed' = 'running'
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    void close().finally(() => {
      state = 'closed'
      // Electron ignores a quit while it still delivers this event, which a quick `close` would ask for.
      setImmediate(() => {
        app.quit()
      })
    })
  })
}
