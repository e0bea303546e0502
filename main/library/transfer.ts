/** One file from the network to the disk: resumed by Range, checked as a whole, moved into place at the end. */
import type { Hash } from 'node:crypto'
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { feedFile, startHash, type Checksum } from './checksum.ts'
import { describeWriteError, makeFolder } from './disk.ts'
import type { Fetch } from './fetch.ts'
import { lockFile } from './lock-file.ts'
import { reasonOf, request, watchStall, type Asked } from './responses.ts'
import { cancelled, TransientFailure, withRetries, type RetryPolicy } from './retry.ts'

export interface TransferOptions {
  readonly asked: Asked
  /** Final path. `<target>.incomplete` holds the bytes until they are complete and checked. */
  readonly target: string
  /** Null when the sender does not say. */
  readonly sizeBytes: number | null
  /** Null when the sender gives none: then nothing is resumed, because a changed file could not be noticed. */
  readonly checksum: Checksum | null
  readonly fetch: Fetch
  readonly policy: RetryPolicy
  readonly signal: AbortSignal
  /** Bytes of the file on disk so far; may fall back to zero when a server does not resume. */
  readonly onBytes: (doneBytes: number) => void
}

/** Resolves when `target` holds the whole, checked file. Throws `network`, `storage`, `resource-exhausted`, `cancelled`. */
export async function transferFile(options: TransferOptions): Promise<void> {
  const { asked, target, policy, signal } = options
  await makeFolder(dirname(target))
  const partial = `${target}.incomplete`
  const lock = await lockFile(`${partial}.lock`)
  try {
    if (options.checksum === null) await rm(partial, { force: true })
    await withRetries({
      what: asked.what,
      policy,
      signal,
      attempt: (note) => attemptTransfer({ ...options, partial, note }),
    })
    await rename(partial, target)
  } finally {
    await lock.release()
  }
}

interface Attempt extends TransferOptions {
  readonly partial: string
  readonly note: () => void
}

async function attemptTransfer(attempt: Attempt): Promise<void> {
  const present = await presentBytes(attempt)
  const hash =
    attempt.checksum === null ? null : startHash(attempt.checksum.algorithm, attempt.sizeBytes)
  if (hash !== null && present > 0) await feedFile(hash, attempt.partial, attempt.signal)
  const received =
    attempt.sizeBytes !== null && present === attempt.sizeBytes && present > 0
      ? { hash, doneBytes: present }
      : await receive({ attempt, hash, present })
  requireSize(attempt, received.doneBytes)
  await requireChecksum({ attempt, hash: received.hash, wasResumed: present > 0 })
}

/** Bytes of an earlier try; a partial file longer than the whole is no beginning of it. */
async function presentBytes({ partial, sizeBytes, checksum }: Attempt): Promise<number> {
  if (checksum === null) return 0
  try {
    const { size } = await stat(partial)
    if (sizeBytes === null || size <= sizeBytes) return size
    await rm(partial)
    return 0
  } catch {
    return 0
  }
}

async function receive(options: {
  readonly attempt: Attempt
  readonly hash: Hash | null
  readonly present: number
}): Promise<{ hash: Hash | null; doneBytes: number }> {
  const { attempt, present } = options
  const { asked, fetch, policy, signal } = attempt
  const stall = watchStall(policy, signal, asked.what)
  try {
    const headers: Record<string, string> = { ...asked.headers }
    // Compressed bodies would make byte ranges and sizes meaningless.
    headers['accept-encoding'] = 'identity'
    if (present > 0) headers['range'] = `bytes=${present}-`
    const response = await request({ asked: { ...asked, headers }, fetch, signal: stall.signal })
    if (response.status === 416) {
      await rm(attempt.partial, { force: true })
      throw new TransientFailure('the server refused to go on from the bytes present', {
        waitMs: 0,
      })
    }
    const isResumed =
      present > 0 &&
      response.status === 206 &&
      startsAt(response.headers.get('content-range'), present)
    const hash = isResumed ? options.hash : freshHash(attempt)
    const doneBytes = await writeBody({
      attempt,
      body: response.body,
      hash,
      from: isResumed ? present : 0,
      touch: stall.touch,
    })
    return { hash, doneBytes }
  } finally {
    stall.close()
  }
}

function freshHash({ checksum, sizeBytes }: Attempt): Hash | null {
  return checksum === null ? null : startHash(checksum.algorithm, sizeBytes)
}

function startsAt(contentRange: string | null, position: number): boolean {
  return contentRange?.startsWith(`bytes ${position}-`) ?? false
}

async function writeBody(options: {
  readonly attempt: Attempt
  readonly body: AsyncIterable<Uint8Array> | null
  readonly hash: Hash | null
  readonly from: number
  readonly touch: () => void
}): Promise<number> {
  const { attempt, body, hash, from, touch } = options
  const file = await openPartial(attempt.partial, from)
  let doneBytes = from
  try {
    attempt.onBytes(doneBytes)
    for await (const chunk of readBody(attempt, body)) {
      await writeChunk({ file, chunk, path: attempt.partial })
      hash?.update(chunk)
      doneBytes += chunk.byteLength
      requireBelow(attempt, doneBytes)
      attempt.note()
      touch()
      attempt.onBytes(doneBytes)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return doneBytes
}

async function* readBody(
  attempt: Attempt,
  body: AsyncIterable<Uint8Array> | null,
): AsyncIterable<Uint8Array> {
  if (body === null) return
  const chunks = body[Symbol.asyncIterator]()
  for (;;) {
    let next: IteratorResult<Uint8Array>
    try {
      next = await chunks.next()
    } catch (cause) {
      if (attempt.signal.aborted) throw cancelled(attempt.asked.what)
      throw new TransientFailure(`the connection was cut (${reasonOf(cause)})`, { cause })
    }
    if (next.done === true) return
    yield next.value
  }
}

async function openPartial(path: string, from: number): Promise<FileHandle> {
  try {
    return await open(path, from > 0 ? 'a' : 'w')
  } catch (cause) {
    throw describeWriteError(path, cause)
  }
}

async function writeChunk(options: {
  readonly file: FileHandle
  readonly chunk: Uint8Array
  readonly path: string
}): Promise<void> {
  try {
    await options.file.writeFile(options.chunk)
  } catch (cause) {
    throw describeWriteError(options.path, cause)
  }
}

/** A sender that gives no size may not fill the disk: the largest dataset we know is far below this. */
const largestUnsizedBytes = 1e9

function requireBelow({ asked, sizeBytes }: Attempt, doneBytes: number): void {
  const limit = sizeBytes ?? largestUnsizedBytes
  if (doneBytes <= limit) return
  throw new ActbenchError({
    code: 'network',
    message: `${asked.what}: expected at most ${limit} bytes, found more: the server sends another file`,
    remedy: 'Check HF_ENDPOINT and the proxy, then start the download again.',
  })
}

function requireSize({ sizeBytes }: Attempt, doneBytes: number): void {
  if (sizeBytes === null || doneBytes === sizeBytes) return
  throw new TransientFailure(`the connection ended after ${doneBytes} of ${sizeBytes} bytes`)
}

async function requireChecksum(options: {
  readonly attempt: Attempt
  readonly hash: Hash | null
  readonly wasResumed: boolean
}): Promise<void> {
  const { attempt, hash, wasResumed } = options
  const { checksum, partial, asked } = attempt
  if (checksum === null || hash === null) return
  const found = hash.digest('hex')
  if (found === checksum.value) return
  await rm(partial, { force: true })
  // The beginning may stem from another time; one whole transfer decides.
  if (wasResumed) throw new TransientFailure('the resumed file had a wrong checksum', { waitMs: 0 })
  throw new ActbenchError({
    code: 'network',
    message: `${asked.what}: expected ${checksum.algorithm} ${checksum.value}, found ${found}; the file was removed`,
    remedy: 'Start it again; if it happens twice, the mirror or a proxy changes the file.',
  })
}
