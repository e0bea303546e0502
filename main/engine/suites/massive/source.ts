/**
 * The layouts in which MASSIVE travels: a tar archive (may be gzip) with `1.0/data/{locale}.jsonl`, a folder of such files (may
 * be gzip), or one file of lines. Read line by line: unpacked, all locales have 650 MB.
 */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { ActbenchError } from '#contract/errors'
import { malformed } from '../csv-table.ts'
import { isTar } from '../tar-archive.ts'
import { streamTar } from '../tar-stream.ts'
import { datasetFiles, localeOf } from '../dataset-files.ts'
import { linesOf } from './lines.ts'

/** The lines of one file of the data. */
export interface LineFile {
  /** For messages. */
  readonly name: string
  /** Out of the file's name; null where rows of several locales may be in it. */
  readonly locale: string | null
  /** Without line ends; blank ones are there, so that they count. Throws `malformed-file`. */
  readonly lines: AsyncIterable<string>
}

/**
 * Files in order; one whose locale is not wanted can be passed over without reading it. Throws `not-found` and `malformed-file`.
 */
export async function* openLineFiles(path: string): AsyncGenerator<LineFile> {
  const files = await datasetFiles(path)
  const isFolder = files.length !== 1 || files[0] !== path
  for (const file of files) {
    const name = basename(file)
    const { isGzip } = await sniff(file)
    if (isFolder || !(await holdsTar(file, isGzip))) {
      yield { name, locale: localeOf(name), lines: linesOf(name, bytesOf(file, isGzip)) }
      continue
    }
    for await (const { path: entry, pieces } of streamTar(name, bytesOf(file, isGzip))) {
      const locale = localeOf(basename(entry))
      if (locale === null) continue
      const place = `${name}/${entry}`
      // Entries may be packed themselves.
      const bytes = entry.endsWith('.gz') ? gunzip(place, pieces) : pieces
      yield { name: place, locale, lines: linesOf(place, bytes) }
    }
  }
}

async function sniff(path: string): Promise<{ isGzip: boolean }> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return { isGzip: bytesRead === 2 && startsAsGzip(buffer) }
  } finally {
    await file.close()
  }
}

function startsAsGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** A first header is in the first piece that is unpacked: pieces have kilobytes. */
async function holdsTar(path: string, isGzip: boolean): Promise<boolean> {
  for await (const piece of bytesOf(path, isGzip)) return isTar(piece)
  return false
}

async function* bytesOf(path: string, isGzip: boolean): AsyncGenerator<Uint8Array> {
  const stored = createReadStream(path, { highWaterMark: 1 << 18 })
  if (isGzip) yield* gunzip(basename(path), stored)
  else yield* stored as AsyncIterable<Buffer>
}

async function* gunzip(
  name: string,
  stored: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const unpack = createGunzip()
  const fed = pipeline(stored, unpack)
  // Whoever reads stops at the same error.
  fed.catch(() => undefined)
  try {
    yield* unpack as AsyncIterable<Buffer>
    await fed
  } catch (cause) {
    if (cause instanceof ActbenchError) throw cause
    throw malformed({ name }, 'expected whole gzip data, found data that cannot be unpacked')
  }
}
