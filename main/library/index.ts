/** Puts checkpoints and datasets on disk. The one door of this room. */
import { homedir } from 'node:os'
import type { Download } from '#contract/models'
import { listChoices } from './choose-files.ts'
import { createDownloads, findSnapshot, type Downloads } from './downloads.ts'
import { createFetch } from './fetch.ts'
import type { HubAccess } from './hub.ts'
import { describeEnvironment, readHubEnvironment, type HubEnvironment } from './hub-environment.ts'
import { obtainDataset } from './obtain-dataset.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts'

export { freeDiskBytes } from './disk.ts'
export type { Downloads, HubModel } from './downloads.ts'
export type { HubEnvironment } from './hub-environment.ts'

export interface HubListing {
  readonly repo: string
  /** Commit. */
  readonly revision: string
  readonly licence: string | null
  readonly choices: { file: string | null; title: string; sizeBytes: number | null }[]
}

export interface Library {
  readonly environment: HubEnvironment
  /** Variables in effect, fit to be shown: no token, no password. */
  readonly describeEnvironment: () => Record<string, string>
  readonly listHubFiles: (repo: string, revision: string | null) => Promise<HubListing>
  readonly downloads: Downloads
  readonly obtainDataset: (dataset: {
    readonly url: string
    readonly sha256: string | null
    readonly fileName: string
    readonly directory: string
    readonly signal: AbortSignal
  }) => Promise<string>
  readonly close: () => Promise<void>
}

/** `variables` is the process environment, handed in so that nothing here reaches out for it. */
export function createLibrary(options: {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly onDownload: (download: Download) => void
  readonly policy?: RetryPolicy
}): Library {
  const { variables, onDownload } = options
  const environment = readHubEnvironment(variables, variables['HOME'] ?? homedir())
  const access: HubAccess = {
    environment,
    fetch: createFetch(variables),
    policy: options.policy ?? defaultRetryPolicy,
  }
  const downloads = createDownloads({ access, onChange: onDownload })
  return {
    environment,
    describeEnvironment: () => describeEnvironment(variables),
    listHubFiles: async (repo, revision) => {
      const { signal } = new AbortController()
      const snapshot = await findSnapshot({ access, repo, revision, signal })
      return {
        repo: snapshot.repo,
        revision: snapshot.commit,
        licence: snapshot.licence,
        choices: listChoices(snapshot).map(({ file, title, sizeBytes }) => ({
          file,
          title,
          sizeBytes,
        })),
      }
    },
    downloads,
    obtainDataset: (dataset) => obtainDataset({ access, ...dataset }),
    close: () => downloads.close(),
  }
}
