/** Adapters: registering PEFT folders that configurations attach to a model. */
import { resolve } from 'node:path'
import type { Adapter, AdapterInspection } from '#contract/adapters'
import type { Configuration } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import { adapters, type Database } from '#db'
import { slug } from './models.ts'
import type { Services } from './services.ts'

export function listAdapters({ db }: Services): Adapter[] {
  return adapters.list(db.read)
}

export function inspectAdapter(
  { catalog }: Services,
  { path }: { readonly path: string },
): AdapterInspection {
  return catalog.inspectAdapter(resolve(path))
}

/**
 * Inspects, fingerprints and stores an adapter. The same files are the same adapter: adding them again updates path and name.
 * Throws `not-found` or `malformed-file`; one that we cannot use is stored with the reasons in `unsupported`.
 */
export async function addAdapter(
  { catalog, db, clock, emit }: Services,
  { path, name }: { readonly path: string; readonly name: string | null },
): Promise<Adapter> {
  const inspection = catalog.inspectAdapter(resolve(path))
  const fingerprint = await catalog.fingerprintAdapter(inspection.path)
  const chosenName = name?.trim() ?? ''
  const shownName = chosenName === '' ? inspection.name : chosenName
  const stored = adapters.save(db.write, {
    ...inspection,
    name: shownName,
    id: `${slug(shownName)}@${fingerprint.slice(0, 12)}`,
    fingerprint,
    addedAt: clock(),
  })
  emit('models-changed', {})
  return stored
}

export function removeAdapter(
  { db, clock, emit }: Services,
  { id }: { readonly id: string },
): null {
  adapters.remove(db.write, { id, now: clock() })
  emit('models-changed', {})
  return null
}

/**
 * The adapter that a person means: its id, its name, or the readable part of its id. Throws `not-found` naming what there
 * is, and `invalid-input` when several match.
 */
export function findAdapter(db: Database, wanted: string): Adapter {
  const listed = adapters.list(db.read)
  const lower = wanted.toLowerCase()
  const exact = listed.filter(({ id }) => id === wanted)
  const matches =
    exact.length > 0
      ? exact
      : listed.filter(({ id, name }) => name.toLowerCase() === lower || id.split('@')[0] === lower)
  if (matches.length > 1) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Adapter ${JSON.stringify(wanted)}: several match: ${matches.map(({ id }) => id).join(', ')}`,
      remedy: 'Write the whole id.',
    })
  }
  const [match] = matches
  if (match === undefined) {
    const known = listed.slice(0, 10).map(({ id }) => id)
    throw new ActbenchError({
      code: 'not-found',
      message: `Adapter ${JSON.stringify(wanted)} is not registered${known.length === 0 ? '' : `; there is ${known.join(', ')}`}`,
      remedy: 'Add it by "actbench adapters add FOLDER".',
    })
  }
  return match
}

/** Why a configuration's adapter cannot be used, one sentence each; empty without one. */
export function adapterProblems(
  db: Database,
  { adapterId }: Pick<Configuration, 'adapterId'>,
): string[] {
  if (adapterId === undefined) return []
  const adapter = findAdapter(db, adapterId)
  const problems = adapter.unsupported.map((reason) => `${adapter.id} cannot be used: ${reason}`)
  if (!adapter.isPresent) {
    problems.push(
      `${adapter.id}: expected its files at ${adapter.path}, found nothing; add it again`,
    )
  }
  return problems
}
