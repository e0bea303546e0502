/** What actions work with, handed in by whoever hosts them: the app, the CLI or a test. */
import type { Database } from '#db'
import type { Emit } from '#contract/events'
import type { ProviderReport } from '#contract/system'
import type { Catalog } from './catalog-door.ts'
import type { Queue } from '../jobs/index.ts'
import type { Library } from '../library/index.ts'
import type { Reader } from './reader.ts'
import type { Resources } from './resources.ts'
import type { Sweeper } from './sweeper.ts'

/** Folders of the profile, absolute. */
export interface Paths {
  readonly profile: string
  /** The SQLite file. */
  readonly store: string
  /** Obtained and imported suite data. */
  readonly datasets: string
  /** Calibration texts of a person's own, by their sha256. */
  readonly calibrationTexts: string
  /** Trained scales, by the sha256 of their file. */
  readonly trainedScales: string
  /** Repacked weights and other things that can be made again. */
  readonly cache: string
}

/** The part of the queue that actions use. */
export type QueueControl = Pick<
  Queue,
  | 'pauseJob'
  | 'resumeJob'
  | 'cancelJob'
  | 'retryJob'
  | 'moveJob'
  | 'pauseAll'
  | 'resumeAll'
  | 'isPaused'
  | 'setConcurrency'
  | 'concurrentJobs'
  | 'wake'
  | 'withLive'
>

/** Lays out a self-contained HTML file as a PDF; throws our error with a remedy where nothing can. */
export type PrintPdf = (htmlPath: string) => Promise<Uint8Array>

export interface Services {
  readonly db: Database
  readonly queue: QueueControl
  readonly library: Library
  readonly catalog: Catalog
  /** Reads what takes long, as far as the host can beside everything else. */
  readonly reader: Reader
  /** Deletes what removed runs held. */
  readonly sweeper: Sweeper
  /** Asks an engine process what it can run on; slow the first time. */
  readonly providers: () => Promise<ProviderReport[]>
  readonly emit: Emit
  readonly paths: Paths
  readonly resources: Resources
  /** Epoch milliseconds. */
  readonly clock: () => number
  readonly printPdf: PrintPdf
  /** How a window could be shown, in words; null where there is no display. */
  readonly display: string | null
  /** Versions of what we run on, by name, for system.health. */
  readonly versions: Readonly<Record<string, string>>
}

/** All that reading from the store needs; a thread of its own has no more. */
export type ReadingServices = Pick<Services, 'db' | 'catalog' | 'clock'>
