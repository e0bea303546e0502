/** What a hub repository holds at one commit. Routes: `/api/models/{repo}/revision/{revision}?blobs=true`, `/{repo}/resolve/{commit}/{file}`. */
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import type { Checksum } from './checksum.ts'
import type { Fetch } from './fetch.ts'
import { requireRepo, requireRevision, requireSafeName } from './file-names.ts'
import type { HubEnvironment } from './hub-environment.ts'
import { readJson, request, watchStall, type Asked } from './responses.ts'
import { withRetries, type RetryPolicy } from './retry.ts'

export interface HubFile {
  readonly name: string
  readonly sizeBytes: number | null
  /** Null only for what the offline cache knows by name alone. */
  readonly checksum: Checksum | null
}

export interface HubSnapshot {
  readonly repo: string
  /** The commit that the revision stood for. */
  readonly commit: string
  readonly licence: string | null
  readonly files: readonly HubFile[]
}

export interface HubAccess {
  readonly environment: HubEnvironment
  readonly fetch: Fetch
  readonly policy: RetryPolicy
}

/** Only what we read; the hub sends much more. */
const modelInfoSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z
    .object({ license: z.union([z.string(), z.array(z.string())]).nullish() })
    .loose()
    .nullish(),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.number().int().min(0).nullish(),
      blobId: z.string().nullish(),
      lfs: z.object({ sha256: z.string(), size: z.number().int().min(0) }).nullish(),
    }),
  ),
})

/** Throws `invalid-input` (names, missing permission), `not-found`, `network`, `malformed-file` (unsafe file names). */
export async function readSnapshot(options: {
  readonly access: HubAccess
  readonly repo: string
  readonly revision: string | null
  readonly signal: AbortSignal
}): Promise<HubSnapshot> {
  const { access, signal } = options
  const repo = requireRepo(options.repo)
  const revision = requireRevision(options.revision ?? 'main')
  const { endpoint } = access.environment
  const asked: Asked = {
    what: `${repo}@${revision}`,
    address: `${endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`,
    headers: { accept: 'application/json', ...authorization(access.environment) },
    licencePage: `${endpoint}/${repo}`,
  }
  const parsed = modelInfoSchema.safeParse(await fetchJson({ access, asked, signal }))
  if (!parsed.success) {
    throw new ActbenchError({
      code: 'network',
      message: `${asked.what}: the hub's answer is not what we know: ${z.prettifyError(parsed.error)}`,
      remedy: 'Check HF_ENDPOINT: a mirror must speak the hub API.',
    })
  }
  const licence = parsed.data.cardData?.license ?? null
  return {
    repo,
    commit: parsed.data.sha,
    licence: Array.isArray(licence) ? licence.join(', ') : licence,
    files: parsed.data.siblings.map((sibling) => ({
      name: requireSafeName(sibling.rfilename),
      sizeBytes: sibling.lfs?.size ?? sibling.size ?? null,
      checksum: readChecksum(sibling),
    })),
  }
}

function readChecksum(sibling: {
  readonly blobId?: string | null | undefined
  readonly lfs?: { readonly sha256: string } | null | undefined
}): Checksum | null {
  if (sibling.lfs && /^[0-9a-f]{64}$/.test(sibling.lfs.sha256)) {
    return { algorithm: 'sha256', value: sibling.lfs.sha256 }
  }
  const blobId = sibling.blobId ?? ''
  return /^[0-9a-f]{40}$/.test(blobId) ? { algorithm: 'git-blob', value: blobId } : null
}

async function fetchJson(options: {
  readonly access: HubAccess
  readonly asked: Asked
  readonly signal: AbortSignal
}): Promise<unknown> {
  const { access, asked, signal } = options
  const { policy, fetch } = access
  return withRetries({
    what: asked.what,
    policy,
    signal,
    attempt: async () => {
      const stall = watchStall(policy, signal, asked.what)
      try {
        const response = await request({ asked, fetch, signal: stall.signal })
        return await readJson(response, asked.what)
      } finally {
        stall.close()
      }
    },
  })
}

/** The request for one file's bytes. */
export function askFile(access: HubAccess, snapshot: HubSnapshot, name: string): Asked {
  const { endpoint } = access.environment
  const path = name.split('/').map(encodeURIComponent).join('/')
  return {
    what: `${snapshot.repo} ${name}`,
    address: `${endpoint}/${snapshot.repo}/resolve/${snapshot.commit}/${path}`,
    headers: authorization(access.environment),
    licencePage: `${endpoint}/${snapshot.repo}`,
  }
}

/** Fetch drops this header by itself when a redirect leaves the hub's origin (WHATWG fetch, HTTP-redirect fetch, step 13). */
function authorization({ token }: HubEnvironment): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}
