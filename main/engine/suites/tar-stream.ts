/** A tar archive read as it streams by, for archives that are larger than memory should hold. */
import { malformed } from './csv-table.ts'
import { paxPath, readHeader, tarBlockBytes } from './tar-archive.ts'

export interface StreamedEntry {
  readonly path: string
  /** Its bytes; to be read, or left unread, before the next entry is asked for. */
  readonly pieces: AsyncIterable<Uint8Array>
}

/** Regular files in archive order. Throws `malformed-file` for a wrong checksum or an archive that ends inside a file. */
export async function* streamTar(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamedEntry> {
  const source = chunks[Symbol.asyncIterator]()
  try {
    yield* entriesOf(name, createReader(source))
  } finally {
    // Whoever stops early, or on an error, must not leave a file open.
    await source.return?.()
  }
}

async function* entriesOf(name: string, reader: Reader): AsyncGenerator<StreamedEntry> {
  let longPath: string | null = null
  for (;;) {
    const at = reader.position()
    const block = await reader.take(tarBlockBytes)
    // Some writers leave out the empty blocks at the end.
    if (block.length === 0 || block.every((byte) => byte === 0)) return
    if (block.length < tarBlockBytes) throw cut(name, at)
    const header = readHeader(name, block, at)
    const padded = Math.ceil(header.size / tarBlockBytes) * tarBlockBytes
    if (header.type === 'file') {
      const rest = { left: header.size }
      yield { path: longPath ?? header.path, pieces: piecesOf({ name, reader, rest }) }
      longPath = null
      await reader.skip(rest.left + padded - header.size)
      continue
    }
    if (header.type === 'other') await reader.skip(padded)
    else {
      const content = (await reader.take(padded)).subarray(0, header.size)
      if (content.length < header.size) throw cut(name, at)
      longPath = header.type === 'pax' ? (paxPath(content) ?? longPath) : textBeforeNul(content)
      continue
    }
    longPath = null
  }
}

interface Reader {
  /** Bytes read so far. */
  position(): number
  /** As many bytes, fewer only at the end. */
  take(count: number): Promise<Uint8Array>
  /** One piece of at most `count` bytes as it came; null at the end. */
  piece(count: number): Promise<Uint8Array | null>
  skip(count: number): Promise<void>
}

function createReader(source: AsyncIterator<Uint8Array>): Reader {
  let held: Uint8Array = new Uint8Array(0)
  let position = 0
  const piece = async (count: number): Promise<Uint8Array | null> => {
    while (held.length === 0) {
      const next = await source.next()
      if (next.done === true) return null
      held = next.value
    }
    const found = held.subarray(0, count)
    held = held.subarray(found.length)
    position += found.length
    return found
  }
  return {
    position: () => position,
    piece,
    take: async (count) => {
      const parts: Uint8Array[] = []
      for (let left = count; left > 0;) {
        const part = await piece(left)
        if (part === null) break
        parts.push(part)
        left -= part.length
      }
      return Buffer.concat(parts)
    },
    skip: async (count) => {
      for (let left = count; left > 0;) {
        const part = await piece(left)
        if (part === null) return
        left -= part.length
      }
    },
  }
}

/** `rest.left` is what of the entry remains unread. */
async function* piecesOf(input: {
  readonly name: string
  readonly reader: Reader
  readonly rest: { left: number }
}): AsyncGenerator<Uint8Array> {
  const { name, reader, rest } = input
  while (rest.left > 0) {
    const part = await reader.piece(rest.left)
    if (part === null) throw cut(name, reader.position())
    rest.left -= part.length
    yield part
  }
}

function textBeforeNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end))
}

function cut(name: string, at: number) {
  return malformed(
    { name },
    `expected whole tar entries, found the end of the data near byte ${at}`,
  )
}
