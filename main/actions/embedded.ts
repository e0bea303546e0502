/** What ships with the app becomes a model and suites of the store. Safe to repeat at every start. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { datasets, models } from '#db'
import { registerModel } from './models.ts'
import type { Services } from './services.ts'
import { saveDataset } from './suites.ts'

/**
 * Registers the embedded model and suites that are missing or moved (an update installs them elsewhere). A suite for which
 * a person chose another file is left alone; a model that a person removed comes back only where `restoresRemoved` says so.
 */
export async function registerEmbedded(
  services: Services,
  { restoresRemoved }: { readonly restoresRemoved: boolean },
): Promise<void> {
  for (const { suiteId, resource } of services.catalog.embeddedSuites()) {
    const path = join(services.resources.folder, ...resource.split('/'))
    await registerEmbeddedSuite(services, { suiteId, path })
  }
  await registerEmbeddedModel(services, restoresRemoved)
}

async function registerEmbeddedModel(services: Services, restoresRemoved: boolean): Promise<void> {
  const { db, catalog, resources } = services
  const path = resources.embeddedModel
  const listed = models.list(db.read)
  const present = listed.find((model) => model.path === path && model.isPresent)
  // Files older than their registration are the ones that were registered.
  if (present !== undefined && (await newestChange(path)) <= present.addedAt) return
  const fingerprint = await catalog.fingerprintCheckpoint(path)
  if (present?.fingerprint === fingerprint) return
  const known = models.findByFingerprint(db.read, fingerprint)
  const wasRemoved = known !== null && !listed.some(({ id }) => id === known.id)
  if (wasRemoved && !restoresRemoved) return
  const registered = await registerModel(services, {
    path,
    name: 'actbench-tiny',
    source: { kind: 'embedded' },
    licence: 'apache-2.0',
  })
  retireOlder(services, registered.id)
}

/** An update brought other weights: plans that say "actbench-tiny" mean these. Results keep the earlier model's row. */
function retireOlder({ db, clock }: Services, id: string): void {
  for (const model of models.list(db.read)) {
    if (model.source.kind === 'embedded' && model.id !== id) {
      models.remove(db.write, { id: model.id, now: clock() })
    }
  }
}

/** Newest modification time of the files in a folder, epoch milliseconds. */
async function newestChange(folder: string): Promise<number> {
  const times = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mtimeMs),
  )
  return Math.max(0, ...times)
}

async function registerEmbeddedSuite(
  services: Services,
  { suiteId, path }: { readonly suiteId: string; readonly path: string },
): Promise<void> {
  const known = datasets.findCurrent(services.db.read, suiteId)
  if (known !== null && known.origin !== 'embedded') return
  const { mtimeMs } = await stat(path)
  // A file that is older than its registration is the one that was registered.
  if (known !== null && known.path === path && mtimeMs <= known.addedAt) return
  await saveDataset(services, { suiteId, path, origin: 'embedded' })
}
