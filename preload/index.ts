/** The bridge between page and main: forwards, never decides. Main validates every call. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { callChannel, droppedChannel, eventChannel } from './contract/channels.ts'

type Listener = (payload: unknown) => void

/** By event name. Main's messages are heard once and handed on here, however many subscriptions a page holds. */
const listeners = new Map<string, Set<Listener>>()

ipcRenderer.on(eventChannel, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload)
})

const bridge = {
  /** One call of the table in contract/calls.ts; resolves to a Result. */
  call: (channel: string, input: unknown): Promise<unknown> =>
    ipcRenderer.invoke(callChannel, channel, input),

  /** Hears one event of contract/events.ts; returns the function that ends the subscription. */
  on: (name: string, listener: Listener): (() => void) => {
    // A wrapper of its own: the same function may subscribe twice, and ends only its own subscription.
    const subscription: Listener = (payload) => {
      listener(payload)
    }
    const ofName = listeners.get(name) ?? new Set()
    listeners.set(name, ofName.add(subscription))
    return () => {
      ofName.delete(subscription)
    }
  },

  /** Path of a file that was dropped on the page; main hears of it here, since it takes no path on the page's word. */
  pathForFile: (file: File): string => {
    const path = webUtils.getPathForFile(file)
    if (path !== '') ipcRenderer.send(droppedChannel, path)
    return path
  },
}

export type Bridge = typeof bridge

contextBridge.exposeInMainWorld('actbench', bridge)
