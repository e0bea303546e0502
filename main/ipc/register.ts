/** The only file that touches ipcMain: hears calls of our own page, answers with a Result, spreads events. */
import { BrowserWindow, ipcMain, type WebFrameMain } from 'electron'
import { callChannel, droppedChannel, eventChannel } from '#contract/channels'
import { ActbenchError, toAppError, type Result } from '#contract/errors'
import type { Emit } from '#contract/events'
import type { CallRequest } from './dispatch.ts'

export interface RegisterOptions {
  /** Performs the call; never throws. */
  readonly answer: (request: CallRequest) => Promise<Result<unknown>>
  /** Hears of each file that a person dropped on the page. */
  readonly onDropped: (path: string) => void
  /** Says whether an address belongs to the page that we serve. */
  readonly isPageAddress: (address: string) => boolean
}

/** Answers calls from the top frame of our page; a call from anywhere else is refused before it is looked at. */
export function registerCalls({ answer, onDropped, isPageAddress }: RegisterOptions): void {
  ipcMain.on(droppedChannel, (event, path: unknown) => {
    if (typeof path === 'string' && isTrusted(event.senderFrame, isPageAddress)) onDropped(path)
  })
  ipcMain.handle(
    callChannel,
    (event, channel: unknown, input: unknown): Promise<Result<unknown>> => {
      if (!isTrusted(event.senderFrame, isPageAddress)) return Promise.resolve(refusal)
      return answer({ channel, input })
    },
  )
}

/** Sends an event to every window. */
export const broadcast: Emit = (name, payload) => {
  for (const window of BrowserWindow.getAllWindows()) {
    if (!window.isDestroyed() && !window.webContents.isDestroyed()) {
      window.webContents.send(eventChannel, name, payload)
    }
  }
}

const refusal: Result<never> = {
  ok: false,
  error: toAppError(
    new ActbenchError({ code: 'invalid-input', message: 'Only the Actbench page may call.' }),
  ),
}

function isTrusted(
  frame: WebFrameMain | null,
  isPageAddress: RegisterOptions['isPageAddress'],
): boolean {
  // A frame that navigated or closed meanwhile is null.
  return frame !== null && frame.parent === null && isPageAddress(frame.url)
}
