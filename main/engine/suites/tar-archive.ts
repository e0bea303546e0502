/** Regular files of a tar archive (POSIX ustar, with GNU and pax long names). Nothing is written anywhere. */
import { malformed } from './csv-table.ts'

export interface TarEntry {
  readonly path: string
  readonly content: Uint8Array
}

export const tarBlockBytes = 512

/** Whether the magic of a first header is there. */
export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= tarBlockBytes && textAt(bytes, 257, 5) === 'ustar'
}

/** Entries in archive order. Throws `malformed-file` for a header that lies about its length or whose checksum is wrong. */
export function readTar(name: string, bytes: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = []
  let longPath: string | null = null
  let at = 0
  while (at + tarBlockBytes <= bytes.length) {
    const header = bytes.subarray(at, at + tarBlockBytes)
    if (header.every((byte) => byte === 0)) return entries
    const { path, size, type } = readHeader(name, header, at)
    const start = at + tarBlockBytes
    if (start + size > bytes.length) {
      throw malformed(
        { name },
        `entry at byte ${at}: expected its ${size} bytes, found ${bytes.length - start}`,
      )
    }
    const content = bytes.subarray(start, start + size)
    if (type === 'long-name') longPath = textAt(content, 0, size)
    else if (type === 'pax') longPath = paxPath(content) ?? longPath
    else {
      if (type === 'file') entries.push({ path: longPath ?? path, content })
      longPath = null
    }
    at = start + Math.ceil(size / tarBlockBytes) * tarBlockBytes
  }
  return entries
}

export interface TarHeader {
  readonly path: string
  readonly size: number
  /** `long-name` and `pax` give the next entry its path. */
  readonly type: 'file' | 'long-name' | 'pax' | 'other'
}

/** A header that is not empty; `at` is its place in the archive. Throws `malformed-file` for a wrong checksum or size. */
export function readHeader(name: string, header: Uint8Array, at: number): TarHeader {
  requireChecksum(name, header, at)
  const size = numberAt(header, 124, 12)
  if (!Number.isInteger(size)) {
    throw malformed({ name }, `entry at byte ${at}: expected its size, found no number`)
  }
  return { path: pathOf(header), size, type: types[textAt(header, 156, 1)] ?? 'other' }
}

const types: Readonly<Record<string, TarHeader['type']>> = {
  '': 'file',
  '0': 'file',
  L: 'long-name',
  x: 'pax',
}

function requireChecksum(name: string, header: Uint8Array, at: number): void {
  const stated = numberAt(header, 148, 8)
  const sum = header.reduce(
    (total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte),
    0,
  )
  if (sum === stated) return
  throw malformed({ name }, `header at byte ${at}: expected the checksum ${stated}, found ${sum}`)
}

function pathOf(header: Uint8Array): string {
  const prefix = textAt(header, 345, 155)
  const path = textAt(header, 0, 100)
  // GNU headers ("ustar" and two spaces) keep times where POSIX has the prefix.
  return prefix === '' || header[262] === 0x20 ? path : `${prefix}/${path}`
}

/** The path of a pax record "LENGTH path=VALUE". */
export function paxPath(content: Uint8Array): string | null {
  const match = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(textAt(content, 0, content.length))
  return match?.[1] ?? null
}

function textAt(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length)
  const end = field.indexOf(0)
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end))
}

function numberAt(bytes: Uint8Array, start: number, length: number): number {
  return Number.parseInt(textAt(bytes, start, length).trim() || '0', 8)
}
