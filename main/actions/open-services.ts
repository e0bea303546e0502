/** Puts the services together for a host: the app and the CLI differ only in what they hand in here. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Emit } from '#contract/events'
import type { ProviderReport } from '#contract/system'
import * as catalog from '#engine/catalog'
import { openDatabase, type Database } from '#db'
import { createLibrary } from '../library/index.ts'
import { locateResources, type Resources } from './resources.ts'
import type { Paths, PrintPdf, QueueControl, Services } from './services.ts'

/** The queue as a host sees it: what actions use, and its life. */
export interface QueueHost {
  readonly control: QueueControl
  readonly providers: () => Promise<ProviderReport[]>
  readonly close: () => Promise<void>
}

export interface HostOptions {
  /** Absolute folder; made if it is missing. */
  readonly profile: string
  readonly resourcesFolder: string
  /** The process environment. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly emit: Emit
  readonly createQueue: (parts: {
    readonly db: Database
    readonly paths: Paths
    readonly resources: Resources
    readonly catalog: typeof catalog
  }) => QueueHost
  readonly printPdf: PrintPdf
  readonly display: string | null
  readonly versions: Readonly<Record<string, string>>
}

export interface OpenServices {
  readonly services: Services
  /** Puts down running work so that it can be resumed, stops downloads, closes the store. */
  readonly close: () => Promise<void>
}

/** Throws `storage` or `resource-exhausted` when the profile cannot be opened or written. */
export function openServices(options: HostOptions): OpenServices {
  const { profile, emit } = options
  const paths: Paths = {
    profile,
    store: join(profile, 'actbench.sqlite'),
    datasets: join(profile, 'datasets'),
    cache: join(profile, 'cache'),
  }
  const resources = locateResources(options.resourcesFolder)
  const db = openDatabase({ path: paths.store })
  mkdirSync(paths.cache, { recursive: true })
  const queue = options.createQueue({ db, paths, resources, catalog })
  const library = createLibrary({
    variables: options.variables,
    onDownload: (download) => emit('download-progressed', download),
  })
  const services: Services = {
    db,
    queue: queue.control,
    library,
    catalog,
    providers: once(queue.providers),
    emit,
    paths,
    resources,
    clock: Date.now,
    printPdf: options.printPdf,
    display: options.display,
    versions: options.versions,
  }
  return {
    services,
    close: async () => {
      await library.close()
      await queue.close()
      db.close()
    },
  }
}

/** What a machine can run on does not change while we run; a failed question may be asked again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => {
    answer ??= ask().catch((thrown: unknown) => {
      answer = null
      throw thrown
    })
    return answer
  }
}
