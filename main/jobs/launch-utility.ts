/** Starts the engine as an Electron utility process: a native crash there ends a job, not the app. */
import process from 'node:process'
import { utilityProcess } from 'electron'
import { createTail, engineEnvironment, type LaunchEngine } from './engine-process.ts'

/** `workerPath` is the built worker, out/main/worker.js. */
export function launchUtility({ workerPath }: { workerPath: string }): LaunchEngine {
  return () => {
    const child = utilityProcess.fork(workerPath, [], {
      serviceName: 'Actbench engine',
      env: engineEnvironment(process.env),
      stdio: 'pipe',
    })
    const tail = createTail()
    child.stdout?.on('data', tail.add)
    child.stderr?.on('data', tail.add)
    return {
      // Known only once it has started.
      pid: () => child.pid ?? null,
      post: (message) => {
        child.postMessage(message)
      },
      onMessage: (listener) => {
        child.on('message', listener)
      },
      // A killed utility process also ends with code 0: the client knows by itself that it killed it.
      onExit: (listener) => {
        child.on('exit', (code) => {
          listener({ code, signal: null })
        })
      },
      kill: () => {
        child.kill()
      },
      outputTail: tail.text,
    }
  }
}
