/** Where models of utterances go wrong: stored answers of a suite, read page by page, and the engine's tables of them. */
import { setImmediate } from 'node:timers/promises'
import type { ComparisonSpec } from '#contract/comparisons'
import type { NluErrors, NluErrorsQuery, NluErrorTable } from '#contract/nlu-errors'
import { configurations, understood } from '#db'
import { layOutComparison, type ComparisonLayout, type LayoutSuite } from './comparison-layout.ts'
import type { Services } from './services.ts'
import { findSuiteRecord } from './suite-data.ts'

/** Samples read from the store at a time: some 30 ms, between which everything else gets its turn. */
const pageSize = 2000

/** Without tables where the suite has no utterances. Throws what laying out a comparison throws. */
export async function getNluErrors(
  services: Services,
  { spec, suiteId, locale }: NluErrorsQuery,
): Promise<NluErrors> {
  const layout = layOutComparison(services.db, { ...spec, suites: [suiteId] })
  return errorsOfSuite(services, {
    layout,
    suite: { suiteId, jobs: layout.suites[0]?.jobs ?? [] },
    locale,
  })
}

/** Those of every suite of utterances, in all locales together. */
export async function listNluErrors(
  services: Services,
  spec: ComparisonSpec,
): Promise<NluErrors[]> {
  const layout = layOutComparison(services.db, spec)
  const errors: NluErrors[] = []
  for (const suite of layout.suites) {
    if (findSuiteRecord(services.catalog, suite.suiteId).kind !== 'nlu') continue
    const found = await errorsOfSuite(services, { layout, suite, locale: null })
    if (found.tables.length > 0) errors.push(found)
  }
  return errors
}

async function errorsOfSuite(
  services: Services,
  input: { layout: ComparisonLayout; suite: LayoutSuite; locale: string | null },
): Promise<NluErrors> {
  const { layout, suite, locale } = input
  const collector = services.catalog.collectUnderstood(layout.columns.length)
  for (const [column, job] of suite.jobs.entries()) {
    if (job === null) continue
    let afterRowId = 0
    for (;;) {
      const query = { jobId: job.id, locale, afterRowId, limit: pageSize }
      const samples = understood.page(services.db.read, query)
      const last = samples.at(-1)
      if (last === undefined) break
      collector.add(column, samples)
      afterRowId = last.rowId
      await setImmediate()
    }
  }
  const tables: NluErrorTable[] = []
  for (const table of services.catalog.nluErrorTables({
    understood: collector.understood,
    columns: layout.columns.map(({ hash, name }) => ({
      name,
      configuration: configurations.get(services.db.read, hash).configuration,
    })),
    baselineIndex: layout.baseline,
  })) {
    tables.push(table)
    await setImmediate()
  }
  return {
    suiteId: suite.suiteId,
    suiteTitle: findSuiteRecord(services.catalog, suite.suiteId).title,
    locale,
    tables,
  }
}
