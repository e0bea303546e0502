/** What stands behind the page: store, queue, engine and actions, opened together and closed together. */
import type { Dialogs } from '#contract/calls'
import { ActbenchError, isActbenchError, toAppError, type Result } from '#contract/errors'
import type { Emit } from '#contract/events'
import {
  createActions,
  followSearches,
  openServices,
  setStoreAside,
  registerEmbedded,
  type Services,
} from './actions/index.ts'
import { printPdf } from './app/print-pdf.ts'
import { readVersions } from './app/versions.ts'
import { dispatch, type CallRequest, type Handlers } from './ipc/dispatch.ts'
import type { PathGrants } from './ipc/path-grants.ts'
import { launchUtility } from './jobs/launch-utility.ts'

export interface BackendOptions {
  readonly profile: string
  readonly emit: Emit
  readonly dialogs: Omit<Dialogs, 'dialogs.setStoreAside'>
  /** Paths that the page may name. */
  readonly grants: PathGrants
  /** Built entry of the engine's process. */
  readonly workerPath: string
  /** Built entry of the thread that reads from the store. */
  readonly readerPath: string
  /** What ships with the app. */
  readonly resourcesFolder: string
}

export interface Backend {
  /** Performs one call of the page. */
  readonly answer: (request: CallRequest) => Promise<Result<unknown>>
  readonly close: () => Promise<void>
}

interface Opened {
  readonly handlers: Handlers
  readonly close: () => Promise<void>
}

/**
 * Opens at the first call. When that fails (a damaged store, a profile that cannot be written) the call is answered with
 * the error, which the page shows with its remedy, and the next call tries again.
 */
export function createBackend(options: BackendOptions): Backend {
  let opening: Promise<Opened> | null = null
  return {
    answer: async (request) => {
      try {
        opening ??= open(options)
        const { handlers } = await opening
        return await dispatch(handlers, request, options.grants)
      } catch (thrown) {
        opening = null
        if (request.channel === 'dialogs.setStoreAside' && isDamage(thrown)) {
          const result = setAside(options.profile)
          if (result.ok) options.grants.grant(result.value.path)
          return result
        }
        return { ok: false, error: toAppError(thrown) }
      }
    },
    close: async () => {
      const opened = await opening?.catch(() => null)
      await opened?.close()
    },
  }
}

async function open(options: BackendOptions): Promise<Opened> {
  const { profile, emit, resourcesFolder, workerPath, readerPath, dialogs } = options
  let opened: Services | null = null
  const searches = followSearches(
    () => opened,
    ({ message }) => process.stderr.write(`${message}\n`),
  )
  const { services, queue, close } = openServices({
    profile,
    emit: (name, payload) => {
      emit(name, payload)
      searches.observe(name, payload)
    },
    resourcesFolder,
    variables: process.env,
    launch: launchUtility({ workerPath }),
    readerPath,
    printPdf,
    display: 'the window of this app',
    versions: readVersions(),
  })
  try {
    await registerWhatShips(services)
    queue.start()
    // What ran when the app or the machine went down goes on, unless the person paused the queue.
    await queue.resumeInterrupted()
    opened = services
    services.sweeper.wake()
    void searches.catchUp()
  } catch (thrown) {
    await close()
    throw thrown
  }
  const handlers = {
    ...createActions(services),
    ...dialogs,
    'dialogs.setStoreAside': () => Promise.reject(storeInUse()),
  }
  return { handlers, close }
}

function isDamage(thrown: unknown): boolean {
  return isActbenchError(thrown) && thrown.code === 'damaged-store'
}

function setAside(profile: string): Result<{ path: string }> {
  try {
    return { ok: true, value: { path: setStoreAside(profile, new Date()) } }
  } catch (thrown) {
    return { ok: false, error: toAppError(thrown) }
  }
}

function storeInUse(): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: 'The store is sound and in use, so it stays where it is.',
  })
}

/** Without its embedded model the app does all but the demo; the health page names what is missing. */
async function registerWhatShips(services: Services): Promise<void> {
  try {
    await registerEmbedded(services, { restored: [] })
  } catch (thrown) {
    process.stderr.write(`What ships with the app: ${toAppError(thrown).message}\n`)
  }
}
