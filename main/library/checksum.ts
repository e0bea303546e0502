/** The two checksums of a hub repository: sha256 of large files, git's blob id (sha1) of small ones. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'

export interface Checksum {
  readonly algorithm: 'sha256' | 'git-blob'
  /** Hex digits, lower case. */
  readonly value: string
}

/** A running hash. Git hashes `blob <size>\0` before the content, so the size must be known at the start. */
export function startHash(algorithm: Checksum['algorithm'], sizeBytes: number | null): Hash {
  if (algorithm === 'sha256') return createHash('sha256')
  return createHash('sha1').update(`blob ${sizeBytes ?? 0}\0`)
}

/** Feeds what is already on disk, so that a resumed file is checked as a whole. */
export async function feedFile(hash: Hash, path: string, signal: AbortSignal): Promise<void> {
  const chunks: AsyncIterable<Buffer> = createReadStream(path, {
    signal,
    highWaterMark: 1024 * 1024,
  })
  for await (const chunk of chunks) hash.update(chunk)
}
