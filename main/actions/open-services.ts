/** Puts the services together for a host: the app and the CLI differ only in what they hand in here. */
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Emit } from '#contract/events'
import * as catalog from '#engine/catalog'
import { openDatabase, setAsideDatabase, sqliteVersion } from '#db'
import { createQueue, type LaunchEngine, type Queue } from '../jobs/index.ts'
import { createLibrary } from '../library/index.ts'
import { createReaderThread } from './reader-thread.ts'
import { readHere } from './readings.ts'
import { locateResources } from './resources.ts'
import type { Paths, PrintPdf, Services } from './services.ts'
import { createSweeper } from './sweeper.ts'

export interface HostOptions {
  /** Absolute folder; made if it is missing. */
  readonly profile: string
  readonly resourcesFolder: string
  /** The process environment. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly emit: Emit
  /** How an engine process is started here. */
  readonly launch: LaunchEngine
  /** Entry of the thread that reads what takes long; null: whoever asks waits in this one. */
  readonly readerPath: string | null
  readonly printPdf: PrintPdf
  readonly display: string | null
  /** Of Node, Electron and what else the host knows, by name. */
  readonly versions: Readonly<Record<string, string>>
}

export interface OpenServices {
  readonly services: Services
  /** Claims nothing before its `start`. */
  readonly queue: Queue
  /** Puts down running work so that it can be resumed, stops downloads, closes the store. */
  readonly close: () => Promise<void>
}

/** Throws `storage` or `resource-exhausted` when the profile cannot be opened or written. */
export function openServices(options: HostOptions): OpenServices {
  const { profile, emit } = options
  const paths: Paths = {
    profile,
    store: storePath(profile),
    datasets: join(profile, 'datasets'),
    calibrationTexts: join(profile, 'calibration-texts'),
    trainedScales: join(profile, 'trained-scales'),
    cache: join(profile, 'cache'),
  }
  const resources = locateResources(options.resourcesFolder)
  const db = openDatabase({ path: paths.store })
  mkdirSync(paths.cache, { recursive: true })
  const queue = createQueue({
    db,
    emit,
    launch: options.launch,
    paths: {
      cacheDir: paths.cache,
      calibrationTextPath: resources.calibrationText,
      calibrationTexts: paths.calibrationTexts,
      trainedScales: paths.trainedScales,
      probeTextPath: resources.probeText,
    },
    rules: {
      suiteVersion: (suiteId) =>
        catalog.suiteRecords().find(({ id }) => id === suiteId)?.version ?? null,
      dataSuite: (suiteId) =>
        catalog.suiteRecords().find(({ id }) => id === suiteId)?.dataOf ?? suiteId,
      hashDataset: catalog.hashDataset,
      fingerprint: catalog.fingerprintCheckpoint,
      recipeHash: catalog.recipeHashOf,
      judge: (use) => ({
        ...catalog.judgeScorer(use),
        appliesTo: catalog.findRubric(use.rubric).record.appliesTo,
      }),
    },
  })
  const reader =
    options.readerPath === null
      ? readHere({ db, catalog, clock: Date.now })
      : createReaderThread({ entryPath: options.readerPath, storePath: paths.store })
  const sweeper = createSweeper(db)
  const library = createLibrary({
    variables: options.variables,
    onDownload: (download) => emit('download-progressed', download),
  })
  return {
    services: {
      db,
      queue,
      library,
      catalog,
      reader,
      sweeper,
      providers: once(queue.providers),
      emit,
      paths,
      resources,
      clock: Date.now,
      printPdf: options.printPdf,
      display: options.display,
      versions: {
        ...options.versions,
        engine: catalog.engineVersion,
        sqlite: sqliteVersion(db.read),
        cores: String(availableParallelism()),
      },
    },
    queue,
    close: async () => {
      await library.close()
      await queue.close()
      await reader.close()
      await sweeper.close()
      db.close()
    },
  }
}

/** Renames the profile's damaged store; returns its new path. Only on a person's word, and while nothing has it open. */
export function setStoreAside(profile: string, now: Date): string {
  return setAsideDatabase(storePath(profile), now)
}

function storePath(profile: string): string {
  return join(profile, 'actbench.sqlite')
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
