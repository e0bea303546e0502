/** Samples of a suite as its data file has them now, read once as long as the file does not change. */
import { stat } from 'node:fs/promises'
import { ActbenchError } from '#contract/errors'
import type { PlanSuite } from '#contract/plans'
import type { Sample, SuiteDataset, SuiteRecord } from '#contract/suites'
import type { Catalog } from './catalog-door.ts'

export interface SuiteData {
  /** All samples in file order. Throws `not-found` or `malformed-file`, and `invalid-input` when the file changed since it was added. */
  readonly samples: (dataset: SuiteDataset) => Promise<readonly Sample[]>
  /** Those that a plan would run. */
  readonly selected: (dataset: SuiteDataset, options: PlanSuite) => Promise<readonly Sample[]>
}

interface Read {
  readonly stamp: string
  readonly samples: readonly Sample[]
}

export function createSuiteData(catalog: Catalog): SuiteData {
  const known = new Map<string, Read>()
  const samples = async (dataset: SuiteDataset): Promise<readonly Sample[]> => {
    const stamp = await stampOf(dataset)
    const kept = known.get(dataset.suiteId)
    if (kept?.stamp === stamp) return kept.samples
    const read = await catalog.readSuite({ suiteId: dataset.suiteId, path: dataset.path })
    requireSameData(dataset, read.dataHash)
    known.set(dataset.suiteId, { stamp, samples: read.samples })
    return read.samples
  }
  return {
    samples,
    selected: async (dataset, options) =>
      catalog.selectSamples([...(await samples(dataset))], options),
  }
}

async function stampOf({ path, suiteId, dataHash }: SuiteDataset): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path)
    return JSON.stringify([path, dataHash, mtimeMs, size])
  } catch (cause) {
    throw new ActbenchError({
      code: 'not-found',
      message: `Suite ${suiteId}: expected its data at ${path}, found nothing`,
      remedy: 'Obtain it again or add the file from its new place.',
      cause,
    })
  }
}

function requireSameData({ suiteId, path, dataHash }: SuiteDataset, found: string): void {
  if (found === dataHash) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Suite ${suiteId}: ${path} changed since it was added: expected sha256 ${dataHash}, found ${found}`,
    remedy: 'Add the file again; results from before stay with the old data.',
  })
}

/** Throws `not-found` naming what there is. */
export function findSuiteRecord(catalog: Catalog, suiteId: string): SuiteRecord {
  const records = catalog.suiteRecords()
  const record = records.find(({ id }) => id === suiteId)
  if (record !== undefined) return record
  throw new ActbenchError({
    code: 'not-found',
    message: `There is no suite ${JSON.stringify(suiteId)}; there is ${records.map(({ id }) => id).join(', ')}`,
    remedy: 'Use one of these ids.',
  })
}
