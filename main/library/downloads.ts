/** Downloads under way and ended, with their numbers. Lives as long as the process; partial files outlive it. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { ActbenchError, isActbenchError } from '#contract/errors'
import type { Download } from '#contract/models'
import { chooseFiles, type FileChoice } from './choose-files.ts'
import { requireDiskSpace } from './disk.ts'
import { askFile, readSnapshot, type HubAccess, type HubSnapshot } from './hub.ts'
import {
  blobPath,
  isCached,
  linkIntoSnapshot,
  readCachedSnapshot,
  snapshotFolder,
  writeRef,
} from './hub-cache.ts'
import { createRateMeter } from './rate-meter.ts'
import { transferFile } from './transfer.ts'

export interface HubModel {
  readonly repo: string
  readonly commit: string
  readonly licence: string | null
  /** The GGUF file or the directory to register. */
  readonly path: string
}

export interface StartDownload {
  readonly repo: string
  readonly revision: string | null
  readonly file: string | null
  /** Called when all files are in place; returns the id of the registered model. */
  readonly register: (model: HubModel) => Promise<string>
}

export interface Downloads {
  /** Resolves once the files are known and the transfer has begun. */
  readonly start: (options: StartDownload) => Promise<Download>
  readonly list: () => Download[]
  /** Throws `not-found` for an unknown id; cancelling what has ended does nothing. */
  readonly cancel: (id: string) => void
  /** Resolves with the final state, whatever it is. */
  readonly wait: (id: string) => Promise<Download>
  /** Cancels everything and waits for it to end. */
  readonly close: () => Promise<void>
}

interface Entry {
  download: Download
  readonly controller: AbortController
  ended: Promise<void>
}

/** Reports no more often than this, per download. */
const reportEveryMs = 250

export function createDownloads(options: {
  readonly access: HubAccess
  readonly onChange: (download: Download) => void
}): Downloads {
  const { access, onChange } = options
  const entries = new Map<string, Entry>()

  const find = (id: string): Entry => {
    const entry = entries.get(id)
    if (entry !== undefined) return entry
    throw new ActbenchError({ code: 'not-found', message: `No download ${JSON.stringify(id)}` })
  }

  return {
    start: async (wanted) => {
      const controller = new AbortController()
      const snapshot = await findSnapshot({ access, ...wanted, signal: controller.signal })
      const choice = chooseFiles(snapshot, wanted.file)
      const entry: Entry = {
        download: describeStart(snapshot, choice),
        controller,
        ended: Promise.resolve(),
      }
      entries.set(entry.download.id, entry)
      entry.ended = runDownload({ entry, access, snapshot, choice, wanted, onChange })
      return entry.download
    },
    list: () => [...entries.values()].map(({ download }) => download).reverse(),
    cancel: (id) => find(id).controller.abort(),
    wait: async (id) => {
      const entry = find(id)
      await entry.ended
      return entry.download
    },
    close: async () => {
      for (const { controller } of entries.values()) controller.abort()
      await Promise.all([...entries.values()].map(({ ended }) => ended))
    },
  }
}

/** From the hub, or from the cache alone when HF_HUB_OFFLINE is set. */
export async function findSnapshot(options: {
  readonly access: HubAccess
  readonly repo: string
  readonly revision: string | null
  readonly signal: AbortSignal
}): Promise<HubSnapshot> {
  const { isOffline, cacheDir } = options.access.environment
  return isOffline ? readCachedSnapshot({ ...options, cacheDir }) : readSnapshot(options)
}

function describeStart(snapshot: HubSnapshot, choice: FileChoice): Download {
  return {
    id: randomUUID(),
    repo: snapshot.repo,
    revision: snapshot.commit,
    files: choice.files.map(({ name, sizeBytes }) => ({ name, sizeBytes, doneBytes: 0 })),
    status: 'running',
    sizeBytes: choice.sizeBytes,
    doneBytes: 0,
    bytesPerSecond: null,
    error: null,
    modelId: null,
  }
}

interface Running {
  readonly entry: Entry
  readonly access: HubAccess
  readonly snapshot: HubSnapshot
  readonly choice: FileChoice
  readonly wanted: StartDownload
  readonly onChange: (download: Download) => void
}

/** Never rejects: what went wrong is the download's own state. */
async function runDownload(running: Running): Promise<void> {
  const { entry, snapshot, choice, wanted, access, onChange } = running
  const change = (part: Partial<Download>): void => {
    entry.download = { ...entry.download, ...part }
    onChange(entry.download)
  }
  try {
    await transferAll(running, change)
    change({ status: 'registering', bytesPerSecond: null })
    const folder = snapshotFolder(access.environment.cacheDir, snapshot)
    const path = choice.file === null ? folder : join(folder, ...choice.file.split('/'))
    const { repo, commit, licence } = snapshot
    const modelId = await wanted.register({ repo, commit, licence, path })
    change({ status: 'done', modelId })
  } catch (thrown) {
    const isCancelled = isActbenchError(thrown) && thrown.code === 'cancelled'
    change({
      status: isCancelled ? 'cancelled' : 'failed',
      bytesPerSecond: null,
      error: isCancelled ? null : describeFailure(thrown),
    })
  }
}

function describeFailure(thrown: unknown): string {
  if (!isActbenchError(thrown)) return thrown instanceof Error ? thrown.message : String(thrown)
  return thrown.remedy === null ? thrown.message : `${thrown.message}. ${thrown.remedy}`
}

async function transferAll(
  running: Running,
  change: (part: Partial<Download>) => void,
): Promise<void> {
  const { access, snapshot, choice, wanted } = running
  const { cacheDir } = access.environment
  const done = await countPresent(running)
  const report = createReport({ running, done, change })
  report.now()
  const missing = choice.files.reduce(
    (sum, { sizeBytes }, index) => sum + Math.max(0, (sizeBytes ?? 0) - (done[index] ?? 0)),
    0,
  )
  if (missing > 0) await requireDiskSpace(cacheDir, missing)
  for (const [index, file] of choice.files.entries()) {
    await transferOne({ running, index, onBytes: (bytes) => report.bytes(index, bytes) })
    await linkIntoSnapshot({ cacheDir, snapshot, file })
  }
  report.now()
  if (!access.environment.isOffline) {
    await writeRef({ cacheDir, snapshot, revision: wanted.revision ?? 'main' })
  }
}

/** Bytes of each file that are already in the cache as a whole. */
async function countPresent({ access, snapshot, choice }: Running): Promise<number[]> {
  const { cacheDir } = access.environment
  const counts: number[] = []
  for (const file of choice.files) {
    const isPresent = await isCached(blobPath({ cacheDir, snapshot, file }), file.sizeBytes)
    counts.push(isPresent ? (file.sizeBytes ?? 0) : 0)
  }
  return counts
}

async function transferOne(options: {
  readonly running: Running
  readonly index: number
  readonly onBytes: (doneBytes: number) => void
}): Promise<void> {
  const { access, snapshot, choice, entry } = options.running
  const file = choice.files[options.index]
  if (file === undefined) return
  const target = blobPath({ cacheDir: access.environment.cacheDir, snapshot, file })
  if (await isCached(target, file.sizeBytes)) return
  await transferFile({
    asked: askFile(access, snapshot, file.name),
    target,
    sizeBytes: file.sizeBytes,
    checksum: file.checksum,
    fetch: access.fetch,
    policy: access.policy,
    signal: entry.controller.signal,
    onBytes: options.onBytes,
  })
}

function createReport(options: {
  readonly running: Running
  readonly done: number[]
  readonly change: (part: Partial<Download>) => void
}): { readonly bytes: (index: number, bytes: number) => void; readonly now: () => void } {
  const { running, done, change } = options
  const meter = createRateMeter()
  let reportedAt = 0
  const now = (): void => {
    const doneBytes = done.reduce((sum, bytes) => sum + bytes, 0)
    reportedAt = performance.now()
    change({
      files: running.choice.files.map(({ name, sizeBytes }, index) => ({
        name,
        sizeBytes,
        doneBytes: done[index] ?? 0,
      })),
      doneBytes,
      bytesPerSecond: meter.rate({ atMs: reportedAt, total: doneBytes }),
    })
  }
  return {
    now,
    bytes: (index, bytes) => {
      done[index] = bytes
      if (performance.now() - reportedAt >= reportEveryMs) now()
    },
  }
}
