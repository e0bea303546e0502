/** Keeps two processes from writing the same partial file: a file that names its owner and is left behind by a crash. */
import { open, readFile, rm } from 'node:fs/promises'
import process from 'node:process'
import { ActbenchError } from '#contract/errors'
import { describeWriteError, systemCode } from './disk.ts'

export interface FileLock {
  readonly release: () => Promise<void>
}

/** Throws `storage` when a living process holds the lock; a dead owner's lock is taken over. */
export async function lockFile(path: string): Promise<FileLock> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return { release: () => rm(path, { force: true }) }
    } catch (cause) {
      if (systemCode(cause) !== 'EEXIST') throw describeWriteError(path, cause)
      if (await isHeld(path)) throw held(path)
      await rm(path, { force: true })
    }
  }
  throw held(path)
}

async function isHeld(path: string): Promise<boolean> {
  const owner = Number(await readFile(path, 'utf8').catch(() => ''))
  if (!Number.isInteger(owner) || owner <= 0) return false
  try {
    process.kill(owner, 0)
    return true
  } catch (thrown) {
    // EPERM: it lives, but belongs to somebody else.
    return systemCode(thrown) === 'EPERM'
  }
}

function held(path: string): ActbenchError {
  return new ActbenchError({
    code: 'storage',
    message: `${path}: another download of this file is under way`,
    remedy: 'Wait for it to end. If none runs, remove that lock file.',
  })
}
