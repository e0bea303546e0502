/** Room on disk, asked before something is written. */
import { mkdir, statfs } from 'node:fs/promises'
import { ActbenchError } from '#contract/errors'

/** Left free after a download, so that the store can still write and the machine stays usable. */
export const reserveBytes = 500 * 1000 * 1000

/** Bytes that an ordinary user may still write in the file system of an existing path. */
export async function freeDiskBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

/** Throws `resource-exhausted` unless `neededBytes` and the reserve fit; makes the folder if it is missing. */
export async function requireDiskSpace(directory: string, neededBytes: number): Promise<void> {
  await makeFolder(directory)
  const free = await freeDiskBytes(directory)
  if (free >= neededBytes + reserveBytes) return
  throw new ActbenchError({
    code: 'resource-exhausted',
    message: `${directory}: expected ${inGigabytes(neededBytes + reserveBytes)} GB free (the download and a reserve of 0.5 GB), found ${inGigabytes(free)} GB`,
    remedy: 'Free some space, or point HF_HOME (or HF_HUB_CACHE) to a larger disk.',
  })
}

/** Makes a folder; a read-only or full disk becomes an error with a remedy. */
export async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
  } catch (cause) {
    throw describeWriteError(directory, cause)
  }
}

/** Turns a failed write into our error: `resource-exhausted` for a full disk, `storage` for the rest. */
export function describeWriteError(path: string, cause: unknown): ActbenchError {
  const code = systemCode(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ActbenchError({
      code: 'resource-exhausted',
      message: `${path}: the disk is full`,
      remedy: 'Free some space and start the download again; it goes on where it stopped.',
      cause,
    })
  }
  return new ActbenchError({
    code: 'storage',
    message: `${path}: cannot be written (${code ?? String(cause)})`,
    remedy: 'Check the permissions of the folder, or choose another one by HF_HUB_CACHE.',
    cause,
  })
}

export function systemCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('code' in thrown)) return null
  return typeof thrown.code === 'string' ? thrown.code : null
}

function inGigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1)
}
