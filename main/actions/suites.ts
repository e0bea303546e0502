/** Suites: what there is, and their data from the official address or from a local file. */
import { copyFile, mkdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ActbenchError } from '#contract/errors'
import type { Sample, Suite, SuiteDataset } from '#contract/suites'
import { datasets } from '#db'
import type { Services } from './services.ts'
import { findSuiteRecord, type SuiteData } from './suite-data.ts'

export function listSuites({ catalog, db }: Services): Suite[] {
  const current = new Map(datasets.listCurrent(db.read).map((found) => [found.suiteId, found]))
  return catalog
    .suiteRecords()
    .map((record) => ({ ...record, dataset: current.get(record.id) ?? null }))
}

export async function listSuiteSamples(
  services: Services & { readonly suiteData: SuiteData },
  options: { readonly suiteId: string; readonly offset: number; readonly limit: number },
): Promise<{ samples: Sample[]; total: number }> {
  const { suiteId, offset, limit } = options
  const samples = await services.suiteData.samples(requireDataset(services, suiteId))
  return { samples: samples.slice(offset, offset + limit), total: samples.length }
}

/** Fetches the file from its official address. Throws what the library throws, and `unsupported` where there is no address. */
export async function obtainSuite(
  services: Services,
  { suiteId }: { readonly suiteId: string },
): Promise<Suite> {
  const record = findSuiteRecord(services.catalog, suiteId)
  if (record.obtain === null) {
    throw new ActbenchError({
      code: 'unsupported',
      message: `Suite ${suiteId} has no official address to obtain it from`,
      remedy: 'Add it from a local file.',
    })
  }
  const { url, sha256, fileName } = record.obtain
  const directory = join(services.paths.datasets, suiteId)
  const { signal } = new AbortController()
  const path = await services.library.obtainDataset({ url, sha256, fileName, directory, signal })
  return saveDataset(services, { suiteId, path, origin: 'official' })
}

/** Copies the file into the profile once it has been read as a whole, so that later edits cannot change results. */
export async function importSuite(
  services: Services,
  { suiteId, path }: { readonly suiteId: string; readonly path: string },
): Promise<Suite> {
  const { catalog, paths } = services
  findSuiteRecord(catalog, suiteId)
  const source = resolve(path)
  const { dataHash } = await catalog.readSuite({ suiteId, path: source })
  const folder = join(paths.datasets, suiteId, dataHash.slice(0, 12))
  const target = join(folder, basename(source))
  await mkdir(folder, { recursive: true })
  if (source !== target) await copyFile(source, target)
  return saveDataset(services, { suiteId, path: target, origin: 'file' })
}

/** Reads the file once and makes it the suite's data. */
export async function saveDataset(
  { catalog, db, clock, emit }: Services,
  data: Pick<SuiteDataset, 'suiteId' | 'path' | 'origin'>,
): Promise<Suite> {
  const { samples, dataHash } = await catalog.readSuite(data)
  const dataset: SuiteDataset = {
    ...data,
    dataHash,
    sampleCount: samples.length,
    addedAt: clock(),
  }
  datasets.save(db.write, dataset)
  emit('suites-changed', {})
  return { ...findSuiteRecord(catalog, data.suiteId), dataset }
}

/** Throws `not-found` when the suite is unknown or has no data yet. */
export function requireDataset({ catalog, db }: Services, suiteId: string): SuiteDataset {
  const record = findSuiteRecord(catalog, suiteId)
  const dataset = datasets.findCurrent(db.read, suiteId)
  if (dataset !== null) return dataset
  throw new ActbenchError({
    code: 'not-found',
    message: `Suite ${suiteId} has no data yet`,
    remedy:
      record.obtain === null
        ? `Add it from a file: actbench suites add ${suiteId} PATH`
        : `Obtain it: actbench suites obtain ${suiteId} (or add a local copy)`,
  })
}
