/** Reading a data file: bytes, their hash, and strict UTF-8; gzip is unpacked, a tar archive is listed. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ActbenchError } from '#contract/errors'
import { malformed } from './csv-table.ts'
import { isTar, readTar } from './tar-archive.ts'
import type { DataFile } from './types.ts'

/** Largest data file that is read, packed or not: the archive of MMLU has 166 MB, all other published sets are far below. */
const maxBytes = 256 * 1024 * 1024

const unpack = promisify(gunzip)

/** The file as text, and the sha256 of its bytes as stored (64 hex digits). Throws `not-found` or `malformed-file`. */
export async function readDataFile(path: string): Promise<{ file: DataFile; dataHash: string }> {
  const name = basename(path)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ActbenchError({
      code: 'not-found',
      message: `${path}: the data file could not be read.`,
      remedy: 'Check that it is still there, or obtain the suite again on the Suites page.',
      cause,
    })
  })
  requireSize(name, bytes.length)
  const dataHash = createHash('sha256').update(bytes).digest('hex')
  const plain = isGzip(bytes) ? await unpackGzip(name, bytes) : bytes
  return { file: toDataFile(name, plain), dataHash }
}

function toDataFile(name: string, bytes: Uint8Array): DataFile {
  if (!isTar(bytes)) return { name, text: decodeUtf8(name, bytes) }
  const members = readTar(name, bytes).map(({ path, content }) => ({
    path,
    read: () => ({ name: `${name}/${path}`, text: decodeUtf8(`${name}/${path}`, content) }),
  }))
  return { name, text: '', members }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

async function unpackGzip(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await unpack(bytes, { maxOutputLength: maxBytes })
  } catch (cause) {
    const isTooLong = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw malformed(
      { name },
      isTooLong
        ? `expected at most ${maxBytes} bytes when unpacked, found more`
        : 'expected whole gzip data, found data that cannot be unpacked',
    )
  }
}

function requireSize(name: string, size: number): void {
  if (size > maxBytes)
    throw malformed({ name }, `expected at most ${maxBytes} bytes, found ${size}`)
}

/** Strict UTF-8, a byte order mark removed. Other encodings are refused: guessing would change prompts silently. */
export function decodeUtf8(name: string, bytes: Uint8Array): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw malformed({ name }, 'expected UTF-8, found UTF-16')
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed({ name }, 'expected UTF-8, found bytes of another encoding')
  }
  if (text.includes('\0')) throw malformed({ name }, 'expected text, found a NUL byte')
  return text
}
