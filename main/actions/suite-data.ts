/** Samples of a suite as its data file has them now, read once as long as the file does not change. */
import { stat } from 'node:fs/promises'
import { ActbenchError } from '#contract/errors'
import type { PlanSuite } from '#contract/plans'
import type { Sample, SuiteDataset, SuiteRecord } from '#contract/suites'
import type { Catalog } from './catalog-door.ts'

export interface SuiteData {
  /**
   * All samples in file order, of suites with locales those of its own choice. Throws `not-found` or `malformed-file`, and
   * `invalid-input` when the file changed since it was added.
   */
  readonly samples: (data: SuiteWithData) => Promise<readonly Sample[]>
  /** Those that a plan would run. Throws the same. */
  readonly selected: (data: SuiteWithData, options: PlanSuite) => Promise<readonly Sample[]>
}

/** The data may belong to another suite (`dataOf`). */
export interface SuiteWithData {
  readonly suiteId: string
  readonly dataset: SuiteDataset
}

interface Read {
  readonly stamp: string
  readonly samples: readonly Sample[]
}

type ReadOptions = Pick<PlanSuite, 'locales' | 'partition' | 'examples'>

export function createSuiteData(catalog: Catalog): SuiteData {
  const known = new Map<string, Read>()
  const read = async (
    { suiteId, dataset }: SuiteWithData,
    { locales, partition, examples }: ReadOptions,
  ): Promise<readonly Sample[]> => {
    const stamp = JSON.stringify([await stampOf(dataset), locales, partition, examples])
    const kept = known.get(suiteId)
    if (kept?.stamp === stamp) return kept.samples
    const options = {
      ...(locales === undefined ? {} : { locales }),
      ...(partition === undefined ? {} : { partition }),
      ...(examples === undefined ? {} : { examples }),
    }
    const found = await catalog.readSuite({ suiteId, path: dataset.path, options })
    requireSameData(dataset, found.dataHash)
    known.set(suiteId, { stamp, samples: found.samples })
    return found.samples
  }
  return {
    samples: (data) => read(data, {}),
    selected: async (data, options) =>
      catalog.selectSamples([...(await read(data, options))], options),
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

/** The suite whose data a suite reads: its own, unless it shares another's. */
export function dataSuiteOf({ id, dataOf }: SuiteRecord): string {
  return dataOf ?? id
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
