/**
 * The cache that all tools of the hub share: `models--org--name/{blobs,refs,snapshots}`. Blobs are named by their
 * checksum; a snapshot's files are links to them (copies where the system allows no links).
 */
import {
  access,
  copyFile,
  lstat,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { describeWriteError, makeFolder, systemCode } from './disk.ts'
import { isCommit, requireRepo, requireRevision } from './file-names.ts'
import type { HubFile, HubSnapshot } from './hub.ts'

export function repoFolder(cacheDir: string, repo: string): string {
  return join(cacheDir, `models--${requireRepo(repo).split('/').join('--')}`)
}

export function snapshotFolder(cacheDir: string, snapshot: HubSnapshot): string {
  return join(repoFolder(cacheDir, snapshot.repo), 'snapshots', snapshot.commit)
}

/** Where a file's bytes belong. A file without a checksum has no blob: it lies in the snapshot itself. */
export function blobPath(options: {
  readonly cacheDir: string
  readonly snapshot: HubSnapshot
  readonly file: HubFile
}): string {
  const { cacheDir, snapshot, file } = options
  return file.checksum === null
    ? join(snapshotFolder(cacheDir, snapshot), ...file.name.split('/'))
    : join(repoFolder(cacheDir, snapshot.repo), 'blobs', file.checksum.value)
}

/** The file is there as a whole: the cache moves only checked files to their final name. */
export async function isCached(path: string, sizeBytes: number | null): Promise<boolean> {
  try {
    const { size } = await stat(path)
    return sizeBytes === null || size === sizeBytes
  } catch {
    return false
  }
}

/** Makes `snapshots/<commit>/<name>` point to its blob. */
export async function linkIntoSnapshot(options: {
  readonly cacheDir: string
  readonly snapshot: HubSnapshot
  readonly file: HubFile
}): Promise<void> {
  const { cacheDir, snapshot, file } = options
  if (file.checksum === null) return
  const blob = blobPath(options)
  const place = join(snapshotFolder(cacheDir, snapshot), ...file.name.split('/'))
  if (await isCached(place, file.sizeBytes)) return
  await makeFolder(dirname(place))
  try {
    await removeIfPresent(place)
    await symlink(relative(dirname(place), blob), place)
  } catch (cause) {
    if (!linkRefusals.has(systemCode(cause) ?? '')) throw describeWriteError(place, cause)
    await copyFile(blob, place)
  }
}

/** Windows without developer mode, and file systems without links. */
const linkRefusals = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])

/** A broken link is present for `lstat` only. */
async function removeIfPresent(path: string): Promise<void> {
  try {
    await lstat(path)
  } catch {
    return
  }
  await rm(path)
}

/** Remembers which commit a branch stood for, as offline use needs. */
export async function writeRef(options: {
  readonly cacheDir: string
  readonly snapshot: HubSnapshot
  readonly revision: string
}): Promise<void> {
  const { cacheDir, snapshot, revision } = options
  if (isCommit(revision)) return
  const path = join(
    repoFolder(cacheDir, snapshot.repo),
    'refs',
    ...requireRevision(revision).split('/'),
  )
  await makeFolder(dirname(path))
  try {
    await writeFile(path, snapshot.commit)
  } catch (cause) {
    throw describeWriteError(path, cause)
  }
}

/** What the cache knows without the network. Throws `not-found` when it has no such snapshot. */
export async function readCachedSnapshot(options: {
  readonly cacheDir: string
  readonly repo: string
  readonly revision: string | null
}): Promise<HubSnapshot> {
  const { cacheDir, repo } = options
  const revision = requireRevision(options.revision ?? 'main')
  const folder = repoFolder(cacheDir, repo)
  try {
    const commit = isCommit(revision)
      ? revision
      : (await readFile(join(folder, 'refs', ...revision.split('/')), 'utf8')).trim()
    const root = join(folder, 'snapshots', commit)
    await access(root)
    return { repo, commit, licence: null, files: await listFiles(root) }
  } catch (cause) {
    throw new ActbenchError({
      code: 'not-found',
      message: `${repo}@${revision}: expected it in ${cacheDir}, since HF_HUB_OFFLINE is set; found nothing`,
      remedy: 'Unset HF_HUB_OFFLINE to download it, or register a local file.',
      cause,
    })
  }
}

async function listFiles(root: string): Promise<HubFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files: HubFile[] = []
  for (const entry of entries) {
    if (entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name)
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    )
    // A link whose blob was cleaned away is not there.
    if (size === null) continue
    files.push({ name: relative(root, path).split(sep).join('/'), sizeBytes: size, checksum: null })
  }
  return files
}
