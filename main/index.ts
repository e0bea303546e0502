/** Composition root of the app: every part is made here and handed to those who need it. */
import { app } from 'electron'
import { join } from 'node:path'
import type { Emit } from '#contract/events'
import { createAttention } from './app/attention.ts'
import { createDialogs } from './app/dialogs.ts'
import { claimSingleInstance, endInOrder, useProfile } from './app/lifecycle.ts'
import { installMenu } from './app/menu.ts'
import { declarePageScheme, servePage } from './app/page-protocol.ts'
import { printAndExit } from './app/print-pdf.ts'
import { readPrintRequest } from './app/print-request.ts'
import { profileFolder } from './app/profile.ts'
import { denyPermissions, isPageAddress, lockDownPages } from './app/security.ts'
import { createMainWindow } from './app/window.ts'
import { createBackend } from './backend.ts'
import { createPathGrants } from './ipc/path-grants.ts'
import { broadcast, registerCalls } from './ipc/register.ts'

// Built to out/main/index.js, beside worker.js and reader.js.
const outFolder = join(import.meta.dirname, '..')

const printRequest = readPrintRequest(process.argv)
if (printRequest === null) start()
else void printAndExit(printRequest)

function start(): void {
  const profile = profileFolder()
  useProfile(profile)
  const mainWindow = createMainWindow({
    preloadPath: join(outFolder, 'preload', 'index.cjs'),
    placePath: join(profile, 'window.json'),
  })
  if (!claimSingleInstance(mainWindow.show)) {
    app.exit(0)
    return
  }
  declarePageScheme()
  lockDownPages()

  const attention = createAttention({
    currentWindow: mainWindow.current,
    onNotificationClick: (address) => {
      mainWindow.show()
      broadcast('navigation-requested', { address })
    },
  })
  const emit: Emit = (name, payload) => {
    broadcast(name, payload)
    attention.observe(name, payload)
  }
  const grants = createPathGrants()
  const backend = createBackend({
    profile,
    grants,
    emit,
    dialogs: createDialogs(mainWindow.show),
    workerPath: join(outFolder, 'main', 'worker.js'),
    readerPath: join(outFolder, 'main', 'reader.js'),
    resourcesFolder: join(outFolder, '..', 'resources'),
  })
  endInOrder({
    close: async () => {
      attention.close()
      await backend.close()
    },
  })

  // Not a top-level await: Electron becomes ready only after this module has been evaluated.
  void app.whenReady().then(() => {
    denyPermissions()
    servePage(join(outFolder, 'renderer'))
    installMenu(broadcast)
    registerCalls({ answer: backend.answer, onDropped: grants.grant, isPageAddress })
    mainWindow.show()
    app.on('activate', mainWindow.show)
  })
}
