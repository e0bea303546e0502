/** Room for results: a job that would fill the disk is not begun. */
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ActbenchError } from '#contract/errors'

/** Below this much free space no job starts. */
export const requiredFreeBytes = 500 * 1_000_000

/** Throws `resource-exhausted` when the disk of the store has too little room. */
export async function requireRoom(
  storePath: string,
  requiredBytes: number = requiredFreeBytes,
): Promise<void> {
  const directory = dirname(storePath)
  if (storePath === ':memory:' || !existsSync(directory)) return
  const { bavail, bsize } = await statfs(directory)
  const freeBytes = bavail * bsize
  if (freeBytes >= requiredBytes) return
  throw new ActbenchError({
    code: 'resource-exhausted',
    message: `${directory}: expected ${inMegabytes(requiredBytes)} MB free to start a job, found ${inMegabytes(freeBytes)} MB.`,
    remedy: 'Free some space on the disk that holds the profile, then resume the queue.',
  })
}

function inMegabytes(bytes: number): string {
  return Math.floor(bytes / 1e6).toString()
}
