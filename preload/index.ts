/** The bridge between page and main: forwards, never decides. Main validates every call. */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import { callChannel, eventChannel } from './contract/channels.ts'

const bridge = {
  /** One call of the table in contract/calls.ts; resolves to a Result. */
  call: (channel: string, input: unknown): Promise<unknown> =>
    ipcRenderer.invoke(callChannel, channel, input),

  /** Hears one event of contract/events.ts; returns the function that ends the subscription. */
  on: (name: string, listener: (payload: unknown) => void): (() => void) => {
    const forward = (_event: IpcRendererEvent, sentName: unknown, payload: unknown): void => {
      if (sentName === name) listener(payload)
    }
    ipcRenderer.on(eventChannel, forward)
    return () => {
      ipcRenderer.off(eventChannel, forward)
    }
  },

  /** Path of a file that was dropped on the page. */
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
}

export type Bridge = typeof bridge

contextBridge.exposeInMainWorld('actbench', bridge)
