/** One port, whether the parent is Electron (utility process) or Node (fork). */

export interface Port {
  /**
   * Resolves when the message is on its way: when the pipe of a forked child has taken all of it, at once in a utility process,
   * whose messages leave by another thread. Until then native calls that block the loop hold it back, and all that is
   * posted after it. Resolves as well when nobody listens any more.
   */
  readonly post: (message: unknown) => Promise<void>
  readonly onMessage: (listener: (message: unknown) => void) => void
  /** The parent is gone. */
  readonly onClose: (listener: () => void) => void
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  postMessage: (message: unknown) => void
  on: (event: 'message', listener: (event: { data: unknown }) => void) => void
}

/** What a port needs of `process`. */
export interface Host {
  readonly parentPort?: ParentPort
  readonly connected: boolean
  readonly send?: NonNullable<NodeJS.Process['send']>
  readonly on: (event: 'message' | 'disconnect', listener: (message: unknown) => void) => unknown
}

/** Throws when there is no parent to speak to. */
export function openPort(host: Host): Port {
  if (host.parentPort !== undefined) return utilityPort(host.parentPort)
  if (host.send === undefined) throw new Error('The engine process is started by Actbench only.')
  return forkPort(host)
}

function utilityPort(parentPort: ParentPort): Port {
  return {
    post: (message) => {
      parentPort.postMessage(message)
      return Promise.resolve()
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

function forkPort(host: Host): Port {
  const unsent = new Set<() => void>()
  // What is half written when the channel closes is never heard of again.
  host.on('disconnect', () => {
    for (const settle of unsent) settle()
  })
  return {
    post: (message) =>
      new Promise((resolve) => {
        if (!host.connected) {
          resolve()
          return
        }
        const settle = () => {
          unsent.delete(settle)
          resolve()
        }
        unsent.add(settle)
        host.send?.(message, undefined, undefined, settle)
      }),
    onMessage: (listener) => {
      host.on('message', listener)
    },
    onClose: (listener) => {
      host.on('disconnect', listener)
    },
  }
}
