/** One port, whether the parent is Electron (utility process) or Node (fork). */

export interface Port {
  readonly post: (message: unknown) => void
  readonly onMessage: (listener: (message: unknown) => void) => void
  /** The parent is gone. */
  readonly onClose: (listener: () => void) => void
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  postMessage: (message: unknown) => void
  on: (event: 'message', listener: (event: { data: unknown }) => void) => void
}

/** Throws when there is no parent to speak to. */
export function openPort(host: NodeJS.Process & { parentPort?: ParentPort }): Port {
  const { parentPort } = host
  if (parentPort !== undefined) {
    return {
      post: (message) => {
        parentPort.postMessage(message)
      },
      onMessage: (listener) => {
        parentPort.on('message', ({ data }) => {
          listener(data)
        })
      },
      // Electron ends its utility processes itself.
      onClose: () => undefined,
    }
  }
  if (host.send === undefined) throw new Error('The engine process is started by Actbench only.')
  return {
    post: (message) => {
      if (host.connected) host.send?.(message)
    },
    onMessage: (listener) => {
      host.on('message', listener)
    },
    onClose: (listener) => {
      host.on('disconnect', listener)
    },
  }
}
