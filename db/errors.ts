/** SQLite's result codes in our words: what happened to the store, and what the person can do about it. */
import { ActbenchError, isActbenchError } from '#contract/errors'

export const fullDiskRemedy =
  'Free some space on the disk that holds the profile, then resume the queue. Everything committed so far is kept.'

export const corruptRemedy =
  'Close every Actbench, keep a copy of the file, and restore a backup; or set the file aside, which renames it to .corrupt.<time> and starts an empty store.'

/** Returns our error for anything that better-sqlite3 threw; other errors pass through unchanged. */
export function toStorageError(thrown: unknown, path: string): unknown {
  if (isActbenchError(thrown) || !(thrown instanceof Error)) return thrown
  const code: unknown = 'code' in thrown ? thrown.code : undefined
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return thrown
  return storageError({ sqliteCode: code, path, cause: thrown })
}

interface StorageFailure {
  readonly sqliteCode: string
  readonly path: string
  readonly cause: Error
}

function storageError({ sqliteCode, path, cause }: StorageFailure): ActbenchError {
  const details = `${sqliteCode}: ${cause.message}`
  // Extended codes (SQLITE_IOERR_WRITE, SQLITE_READONLY_DBMOVED ...) begin with their primary code.
  const is = (primary: string) => sqliteCode === primary || sqliteCode.startsWith(`${primary}_`)
  if (is('SQLITE_FULL')) {
    return new ActbenchError({
      code: 'resource-exhausted',
      message: `${path}: the disk is full, the last write was undone.`,
      remedy: fullDiskRemedy,
      details,
      cause,
    })
  }
  if (is('SQLITE_CORRUPT') || is('SQLITE_NOTADB')) {
    return new ActbenchError({
      code: 'damaged-store',
      message: `${path}: expected an Actbench store, found a damaged file (${cause.message}).`,
      remedy: corruptRemedy,
      details,
      cause,
    })
  }
  return new ActbenchError({ code: 'storage', ...describe(is, path, cause), details, cause })
}

function describe(
  is: (primary: string) => boolean,
  path: string,
  cause: Error,
): { message: string; remedy: string } {
  if (is('SQLITE_READONLY')) {
    return {
      message: `${path}: the store cannot be written.`,
      remedy: 'Give this user write permission to the profile folder, or choose another profile.',
    }
  }
  if (is('SQLITE_CANTOPEN')) {
    return {
      message: `${path}: the store cannot be opened or created there.`,
      remedy: 'Check that the profile folder exists and that this user may write to it.',
    }
  }
  if (is('SQLITE_BUSY') || is('SQLITE_LOCKED')) {
    return {
      message: `${path}: another program kept the store locked.`,
      remedy: 'Try again; if it stays locked, close other programs that have the file open.',
    }
  }
  if (is('SQLITE_IOERR')) {
    return {
      message: `${path}: the disk refused to read or write (${cause.message}).`,
      remedy: 'Check the disk, and keep the profile on a local one: the store needs file locks.',
    }
  }
  return {
    message: `${path}: ${cause.message}`,
    remedy: 'Copy the details into a bug report: the store was used in a way it does not allow.',
  }
}
