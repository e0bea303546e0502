/** What may be deleted because it can be made again: prepared weights and fitted statistics. Nothing else is touched here. */
import { rmSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallInput } from '#contract/calls'
import type { Cache } from '#contract/caches'
import { ActbenchError } from '#contract/errors'
import { artifacts, inTransaction, queueState } from '#db'
import type { Services } from './services.ts'

/** In the order in which they are shown. */
export async function listCaches({ db, paths, clock }: Services): Promise<Cache[]> {
  const files = await findFiles(paths.cache, clock())
  return [
    {
      id: 'weights',
      title: 'Prepared weights',
      summary:
        'Weights repacked for the runtime, and reports left behind by a broken print. The next job with a model prepares its weights again.',
      entries: files.length,
      sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    },
    {
      id: 'calibration',
      title: 'Fitted calibrations',
      summary:
        'What interventions measured on calibration text. The next job with such an intervention measures again. They stand in the store, whose file keeps its size and fills the room again.',
      ...artifacts.size(db.read),
    },
  ]
}

/** Returns what is left. Throws `invalid-input` while a job runs, here or in another process, and `storage`. */
export async function clearCaches(
  services: Services,
  { ids }: CallInput<'caches.clear'>,
): Promise<Cache[]> {
  const { db, paths, clock } = services
  const files = ids.includes('weights') ? await findFiles(paths.cache, clock()) : []
  // While this holds the store no process can begin a job, which would read what is being deleted.
  inTransaction(db.write, () => {
    refuseWhileRunning(services)
    if (ids.includes('calibration')) artifacts.clear(db.write)
    for (const { path } of files) deleteFile(path)
  })
  return listCaches(services)
}

function refuseWhileRunning({ db }: Services): void {
  const { running } = queueState.count(db.read)
  if (running === 0) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Caches: expected no running job, found ${running}, which may be reading them`,
    remedy: 'Pause the queue, wait until the job has stopped, then clear them again.',
  })
}

/** Names that we give; any other file in that folder is somebody else's. */
const weightsName = /^[0-9a-f]{32}\.weights(\.\d+\.partial)?$/
const reportName = /^report-[0-9a-f-]{36}\.html$/
/** A younger report may be in print. */
const printMs = 60 * 60_000

function isOurs(name: string, ageMs: number): boolean {
  return weightsName.test(name) || (reportName.test(name) && ageMs > printMs)
}

async function findFiles(
  folder: string,
  now: number,
): Promise<{ path: string; sizeBytes: number }[]> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (isMissing(thrown)) return []
    throw unreadable(folder, thrown)
  })
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      // Another process may have deleted or renamed it since.
      const found = await lstat(path).catch(() => null)
      if (found?.isFile() !== true || !isOurs(name, now - found.mtimeMs)) return []
      return [{ path, sizeBytes: found.size }]
    }),
  )
  return files.flat()
}

function deleteFile(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (thrown) {
    throw unreadable(path, thrown)
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}

function unreadable(path: string, cause: unknown): ActbenchError {
  return new ActbenchError({
    code: 'storage',
    message: `${path}: the cache cannot be read or deleted there.`,
    // On Windows a file that an engine has mapped cannot be deleted, and an engine rests a while after its last job.
    remedy:
      'Check that this user may read and write the profile folder. If a job has just ended, try again in a minute: its engine lets go of the file then.',
    cause,
  })
}
