/** What a data set consists of on disk: one file, or a folder with a file for each locale. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { malformed } from './csv-table.ts'

/** Where an unpacked archive keeps its files. */
const subfolders = ['.', 'data', join('1.1', 'data'), join('1.0', 'data')]

/**
 * What the data consist of: the file itself, or the files of a folder that are named after a locale, sorted by name. Throws
 * `not-found` and `malformed-file` for a folder without any.
 */
export async function datasetFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ActbenchError({
      code: 'not-found',
      message: `${path}: the data could not be read.`,
      remedy: 'Check that they are still there, or obtain the suite again on the Suites page.',
      cause,
    })
  })
  if (!found.isDirectory()) return [path]
  for (const subfolder of subfolders) {
    const folder = join(path, subfolder)
    const names = (await readdir(folder).catch(() => [])).filter((name) => localeOf(name) !== null)
    if (names.length > 0) return names.sort().map((name) => join(folder, name))
  }
  throw malformed(
    { name: basename(path) },
    'expected files such as en-US.jsonl or en-US.jsonl.gz in the folder, found none',
  )
}

/** `en-US` of `en-US.jsonl` and `en-US.jsonl.gz`; null for every other name. */
export function localeOf(name: string): string | null {
  return /^([a-z]{2,3}-[A-Z]{2})\.jsonl(?:\.gz)?$/u.exec(name)?.[1] ?? null
}
