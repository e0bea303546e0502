/** Models: registering checkpoints from disk and from the hub. */
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ActbenchError } from '#contract/errors'
import type { Download, Model, ModelInspection } from '#contract/models'
import { models, type Database } from '#db'
import type { HubListing } from '../library/index.ts'
import type { Services } from './services.ts'

export function listModels({ db }: Services): Model[] {
  return models.list(db.read)
}

export async function inspectModel(
  { catalog }: Services,
  { path }: { readonly path: string },
): Promise<ModelInspection> {
  return catalog.inspectModel(await requirePath(path))
}

export async function addModel(
  services: Services,
  { path, name }: { readonly path: string; readonly name: string | null },
): Promise<Model> {
  return registerModel(services, { path, name, source: { kind: 'file' }, licence: null })
}

export interface Registration {
  readonly path: string
  readonly name: string | null
  readonly source: Model['source']
  /** What the hub's model card says; the checkpoint's own word goes first. */
  readonly licence: string | null
}

/**
 * Inspects, fingerprints and stores a checkpoint. The same bytes are the same model: adding them again updates path and
 * name. Throws `not-found`, `malformed-file`; a model that cannot run is stored with the reasons in `unsupported`.
 */
export async function registerModel(
  services: Services,
  { path, name, source, licence }: Registration,
): Promise<Model> {
  const { catalog, db, clock, emit } = services
  const absolute = await requirePath(path)
  const inspection = catalog.inspectModel(absolute)
  const fingerprint = await catalog.fingerprintCheckpoint(absolute)
  const chosenName = name?.trim() ?? ''
  const shownName = chosenName === '' ? inspection.name : chosenName
  const stored = models.save(db.write, {
    ...inspection,
    path: absolute,
    name: shownName,
    licence: inspection.licence ?? licence,
    id: `${slug(shownName)}@${fingerprint.slice(0, 12)}`,
    fingerprint,
    source,
    addedAt: clock(),
  })
  emit('models-changed', {})
  return stored
}

export function removeModel({ db, clock, emit }: Services, { id }: { readonly id: string }): null {
  models.remove(db.write, { id, now: clock() })
  emit('models-changed', {})
  return null
}

export function listHubFiles(
  { library }: Services,
  { repo, revision }: { readonly repo: string; readonly revision: string | null },
): Promise<HubListing> {
  return library.listHubFiles(repo, revision)
}

export function downloadModel(
  services: Services,
  wanted: { readonly repo: string; readonly revision: string | null; readonly file: string | null },
): Promise<Download> {
  return services.library.downloads.start({
    ...wanted,
    register: async ({ repo, commit, licence, path }) => {
      const file = wanted.file
        ?.split('/')
        .at(-1)
        ?.replace(/\.gguf$/i, '')
      const model = await registerModel(services, {
        path,
        name: file ?? repo.split('/').at(-1) ?? repo,
        source: { kind: 'hub', repo, revision: commit },
        licence,
      })
      return model.id
    },
  })
}

export function listDownloads({ library }: Services): Download[] {
  return library.downloads.list()
}

export function cancelDownload({ library }: Services, { id }: { readonly id: string }): null {
  library.downloads.cancel(id)
  return null
}

/**
 * The model that a person means: its id, its name, or the readable part of its id. Throws `not-found` naming what there
 * is, and `invalid-input` when several match.
 */
export function findModel(db: Database, wanted: string): Model {
  const listed = models.list(db.read)
  const exact = listed.find(({ id }) => id === wanted)
  if (exact !== undefined) return exact
  const lower = wanted.toLowerCase()
  const matches = listed.filter(
    ({ id, name }) =>
      name.toLowerCase() === lower || id.split('@')[0] === lower || id.startsWith(`${lower}@`),
  )
  const [match] = matches
  if (match !== undefined && matches.length === 1) return match
  if (matches.length > 1) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Model ${JSON.stringify(wanted)}: several match: ${matches.map(({ id }) => id).join(', ')}`,
      remedy: 'Write the whole id.',
    })
  }
  const known = listed.slice(0, 10).map(({ id }) => id)
  throw new ActbenchError({
    code: 'not-found',
    message: `Model ${JSON.stringify(wanted)} is not registered${known.length === 0 ? '' : `; there is ${known.join(', ')}`}`,
    remedy: 'Add it on the Models page or by "actbench models add PATH".',
  })
}

/** Lower-case letters and digits in runs, joined by hyphens; never empty. */
export function slug(name: string): string {
  const runs = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9.]+/g)
  return (runs?.join('-') ?? '').replace(/^[-.]+|[-.]+$/g, '').slice(0, 60) || 'model'
}

async function requirePath(path: string): Promise<string> {
  const absolute = resolve(path)
  try {
    await access(absolute)
    return absolute
  } catch (cause) {
    throw new ActbenchError({
      code: 'not-found',
      message: `${absolute}: expected a GGUF file or a safetensors directory, found nothing that can be read`,
      remedy: 'Check the path and its permissions.',
      cause,
    })
  }
}
