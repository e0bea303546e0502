/** Suites: what there is, and their data from the official address or from a local file. */
import { copyFile, mkdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ActbenchError } from '#contract/errors'
import type { Sample, Suite, SuiteDataset, SuiteRecord } from '#contract/suites'
import { datasets } from '#db'
import type { Services } from './services.ts'
import { dataSuiteOf, findSuiteRecord, type SuiteData } from './suite-data.ts'

export function listSuites({ catalog, db }: Services): Suite[] {
  const current = new Map(datasets.listCurrent(db.read).map((found) => [found.suiteId, found]))
  return catalog
    .suiteRecords()
    .map((record) => withData(record, current.get(dataSuiteOf(record)) ?? null))
}

export async function listSuiteSamples(
  services: Services & { readonly suiteData: SuiteData },
  options: { readonly suiteId: string; readonly offset: number; readonly limit: number },
): Promise<{ samples: Sample[]; total: number }> {
  const { suiteId, offset, limit } = options
  const samples = await services.suiteData.samples({
    suiteId,
    dataset: requireDataset(services, suiteId),
  })
  return { samples: samples.slice(offset, offset + limit), total: samples.length }
}

/** Fetches the file from its official address. Throws what the library throws, and `unsupported` where there is no address. */
export async function obtainSuite(
  services: Services,
  { suiteId }: { readonly suiteId: string },
): Promise<Suite> {
  const record = findSuiteRecord(services.catalog, suiteId)
  const dataSuite = dataSuiteOf(record)
  if (record.obtain === null) {
    throw new ActbenchError({
      code: 'unsupported',
      message: `Suite ${suiteId} has no official address to obtain it from`,
      remedy: 'Add it from a local file.',
    })
  }
  const { url, sha256, fileName } = record.obtain
  const directory = join(services.paths.datasets, dataSuite)
  const { signal } = new AbortController()
  const path = await services.library.obtainDataset({ url, sha256, fileName, directory, signal })
  await saveDataset(services, { suiteId: dataSuite, path, origin: 'official' })
  return findSuite(services, suiteId)
}

/** Copies the data into the profile once they have been read as a whole, so that later edits cannot change results. */
export async function importSuite(
  services: Services,
  { suiteId, path }: { readonly suiteId: string; readonly path: string },
): Promise<Suite> {
  const { catalog, paths } = services
  const dataSuite = dataSuiteOf(findSuiteRecord(catalog, suiteId))
  const source = resolve(path)
  const { dataHash, sampleCount } = await catalog.checkSuiteData({
    suiteId: dataSuite,
    path: source,
  })
  const folder = join(paths.datasets, dataSuite, dataHash.slice(0, 12))
  const target = join(folder, basename(source))
  if (source !== target) await copyData(await catalog.datasetFiles(source), { source, target })
  keepDataset(services, { suiteId: dataSuite, path: target, origin: 'file', dataHash, sampleCount })
  return findSuite(services, suiteId)
}

/** Of a folder only the files that are data, without the folders between. */
async function copyData(
  files: readonly string[],
  { source, target }: { readonly source: string; readonly target: string },
): Promise<void> {
  const isOneFile = files.length === 1 && files[0] === source
  await mkdir(isOneFile ? dirname(target) : target, { recursive: true })
  for (const file of files) await copyFile(file, isOneFile ? target : join(target, basename(file)))
}

function findSuite(services: Services, suiteId: string): Suite {
  const record = findSuiteRecord(services.catalog, suiteId)
  return withData(record, datasets.findCurrent(services.db.read, dataSuiteOf(record)))
}

/** A file from the official address may differ from the one that others have seen there. */
function withData(record: SuiteRecord, dataset: SuiteDataset | null): Suite {
  const reported = record.obtain?.reportedSha256
  if (reported === undefined || dataset?.origin !== 'official' || dataset.dataHash === reported) {
    return { ...record, dataset }
  }
  return {
    ...record,
    dataset,
    caution: `The file from the official address has the sha256 ${dataset.dataHash}, while ${reported} is reported; the reported one is not verified by us.`,
  }
}

/** Reads the data once and makes them the suite's. */
export async function saveDataset(
  services: Services,
  data: Pick<SuiteDataset, 'suiteId' | 'path' | 'origin'>,
): Promise<void> {
  keepDataset(services, { ...data, ...(await services.catalog.checkSuiteData(data)) })
}

function keepDataset({ db, clock, emit }: Services, dataset: Omit<SuiteDataset, 'addedAt'>): void {
  datasets.save(db.write, { ...dataset, addedAt: clock() })
  emit('suites-changed', {})
}

/** Throws `not-found` when the suite is unknown or has no data yet. */
export function requireDataset({ catalog, db }: Services, suiteId: string): SuiteDataset {
  const record = findSuiteRecord(catalog, suiteId)
  const dataset = datasets.findCurrent(db.read, dataSuiteOf(record))
  if (dataset !== null) return dataset
  throw new ActbenchError({
    code: 'not-found',
    message: `Suite ${suiteId} has no data yet`,
    remedy:
      record.obtain === null
        ? `Add it from a file: actbench suites add ${suiteId} PATH`
        : `Obtain it or add a local copy, on its page or with: actbench suites obtain ${suiteId}`,
  })
}
