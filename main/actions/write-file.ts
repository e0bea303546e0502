/** A file is there as a whole or not at all: written beside its place, flushed, then renamed. */
import { open, rename, rm, stat } from 'node:fs/promises'
import process from 'node:process'
import { ActbenchError } from '#contract/errors'

/** Returns the size in bytes. Throws `resource-exhausted` for a full disk and `storage` otherwise; nothing is left behind. */
export async function writeWhole(
  path: string,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<number> {
  const draft = `${path}.part-${process.pid}`
  try {
    const file = await open(draft, 'w')
    try {
      for await (const chunk of gather(chunks)) await file.writeFile(chunk)
      await file.sync()
    } finally {
      await file.close()
    }
    const { size } = await stat(draft)
    await rename(draft, path)
    return size
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw describe(path, cause)
  }
}

/** Small pieces together: one write for each sample of a long report would be a hundred thousand system calls. */
async function* gather(
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): AsyncIterable<string | Uint8Array> {
  let waiting = ''
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') {
      waiting += chunk
      if (waiting.length < gatheredLength) continue
      yield waiting
      waiting = ''
    } else {
      yield waiting
      waiting = ''
      yield chunk
    }
  }
  yield waiting
}

const gatheredLength = 64 * 1024

function describe(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return cause
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return new ActbenchError({
    code: isFull ? 'resource-exhausted' : 'storage',
    message: isFull ? `${path}: the disk is full` : `${path}: cannot be written (${code})`,
    remedy: isFull
      ? 'Free some space, then try again; nothing was left behind.'
      : 'Choose a folder that exists and that you may write to.',
    cause,
  })
}
