/** What ships with the app becomes models and suites of the store. Safe to repeat at every start. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Model } from '#contract/models'
import { datasets, models } from '#db'
import { registerModel } from './models.ts'
import type { EmbeddedModel } from './resources.ts'
import type { Services } from './services.ts'
import { saveDataset } from './suites.ts'

/**
 * Registers the embedded models and suites that are missing or moved (an update installs them elsewhere). A suite for which
 * a person chose another file is left alone; a model that a person removed comes back only if it is among `restored`.
 */
export async function registerEmbedded(
  services: Services,
  { restored }: { readonly restored: readonly string[] },
): Promise<void> {
  for (const { suiteId, resource } of services.catalog.embeddedSuites()) {
    const path = join(services.resources.folder, ...resource.split('/'))
    await registerEmbeddedSuite(services, { suiteId, path })
  }
  for (const model of services.resources.embeddedModels) {
    await registerEmbeddedModel(services, model, restored.includes(model.name))
  }
}

async function registerEmbeddedModel(
  services: Services,
  { name, path, licence }: EmbeddedModel,
  restoresRemoved: boolean,
): Promise<void> {
  const { db, catalog } = services
  const listed = models.list(db.read)
  const present = listed.find((model) => model.path === path && model.isPresent)
  // Files older than their registration are the ones that were registered.
  if (present !== undefined && (await newestChange(path)) <= present.addedAt) return
  const fingerprint = await catalog.fingerprintCheckpoint(path)
  if (present?.fingerprint === fingerprint) return
  const known = models.findByFingerprint(db.read, fingerprint)
  const wasRemoved = known !== null && !listed.some(({ id }) => id === known.id)
  if (wasRemoved && !restoresRemoved) return
  const source = { kind: 'embedded' } as const
  retireOlder(services, await registerModel(services, { path, name, source, licence }))
}

/** An update brought other weights: plans that say "actbench-tiny" mean these. Results keep the earlier model's row. */
function retireOlder({ db, clock }: Services, { id, name }: Model): void {
  for (const model of models.list(db.read)) {
    if (model.source.kind === 'embedded' && model.name === name && model.id !== id) {
      models.remove(db.write, { id: model.id, now: clock() })
    }
  }
}

/** Newest modification time of a file, or of the files in a folder, epoch milliseconds. */
async function newestChange(path: string): Promise<number> {
  const own = await stat(path)
  if (!own.isDirectory()) return own.mtimeMs
  const times = await Promise.all(
    (await readdir(path)).map(async (name) => (await stat(join(path, name))).mtimeMs),
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
