/** Where models of utterances go wrong: stored answers of a suite, read page by page, and the engine's tables of them. */
import type { NluErrors, NluErrorsQuery } from '#contract/nlu-errors'
import { configurations, understood } from '#db'
import { layOutComparison, type LayoutSuite } from './comparison-layout.ts'
import type { Catalog } from './catalog-door.ts'
import type { ReadingServices } from './services.ts'
import { findSuiteRecord } from './suite-data.ts'

type Collector = ReturnType<Catalog['collectUnderstood']>

/** Samples read from the store at a time: labels of 154,648 utterances need not be in memory together. */
const pageSize = 2000

/** Without tables where the suite has no utterances. Throws what laying out a comparison throws. */
export function getNluErrors(
  services: ReadingServices,
  { spec, suiteId, locale }: NluErrorsQuery,
): NluErrors {
  const { db, catalog } = services
  const { columns, baseline, suites } = layOutComparison(db, { ...spec, suites: [suiteId] })
  const collector = catalog.collectUnderstood(columns.length)
  for (const suite of suites) readSuite(services, { collector, suite, locale })
  return {
    suiteId,
    suiteTitle: findSuiteRecord(catalog, suiteId).title,
    locale,
    columns: columns.map(({ hash }) => hash),
    tables: catalog.nluErrorTables({
      understood: collector.understood,
      columns: columns.map(({ hash, name }) => ({
        name,
        configuration: configurations.get(db.read, hash).configuration,
      })),
      baselineIndex: baseline,
    }),
  }
}

function readSuite(
  { db }: ReadingServices,
  input: { collector: Collector; suite: LayoutSuite; locale: string | null },
): void {
  const { collector, suite, locale } = input
  for (const [column, job] of suite.jobs.entries()) {
    if (job === null) continue
    let afterRowId = 0
    for (;;) {
      const query = { jobId: job.id, locale, afterRowId, limit: pageSize }
      const samples = understood.page(db.read, query)
      const last = samples.at(-1)
      if (last === undefined) break
      collector.add(column, samples)
      afterRowId = last.rowId
    }
  }
}
