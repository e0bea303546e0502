/** A published dataset file from its official address, checked where its checksum is known. */
import { join } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { requireSafeName } from './file-names.ts'
import type { HubAccess } from './hub.ts'
import { requireDiskSpace } from './disk.ts'
import { transferFile } from './transfer.ts'

/** Room asked for, since these servers do not announce sizes; the largest file we know has 1 MB. */
const expectedBytes = 50e6

/** Returns the file's path in `directory`. Throws `network`, `invalid-input`, `not-found`, `resource-exhausted`, `cancelled`. */
export async function obtainDataset(options: {
  readonly access: HubAccess
  readonly url: string
  readonly sha256: string | null
  readonly fileName: string
  readonly directory: string
  readonly signal: AbortSignal
}): Promise<string> {
  const { access, url, sha256, directory, signal } = options
  const target = join(directory, requireSafeName(options.fileName))
  requireWebAddress(url)
  if (access.environment.isOffline) {
    throw new ActbenchError({
      code: 'network',
      message: `${options.fileName}: HF_HUB_OFFLINE is set, so nothing is fetched from ${url}`,
      remedy: 'Unset it, or add the dataset from a local file.',
    })
  }
  await requireDiskSpace(directory, expectedBytes)
  await transferFile({
    asked: { what: options.fileName, address: url, headers: {}, licencePage: null },
    target,
    sizeBytes: null,
    checksum: sha256 === null ? null : { algorithm: 'sha256', value: sha256 },
    fetch: access.fetch,
    policy: access.policy,
    signal,
    onBytes: () => undefined,
  })
  return target
}

function requireWebAddress(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : null
  if (protocol === 'https:' || protocol === 'http:') return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `${JSON.stringify(url)}: expected an http or https address`,
  })
}
