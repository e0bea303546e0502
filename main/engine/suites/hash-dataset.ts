/** The name of a data set's content: what a job was queued with, and what it must find. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { datasetFiles } from './dataset-files.ts'

/**
 * sha256 (64 hex digits) of a file's bytes; of a folder, of the lines `NAME SHA256` of its files sorted by name. Throws
 * `not-found` and `malformed-file`.
 */
export async function hashDataset(path: string): Promise<string> {
  const files = await datasetFiles(path)
  if (files.length === 1 && files[0] === path) return hashFile(path)
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${basename(file)} ${await hashFile(file)}\n`)
  return hash.digest('hex')
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
