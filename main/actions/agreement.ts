/** Do judges agree with each other and with people? */
import type { Agreement, ComparisonSpec } from '#contract/comparisons'
import { layOutComparison } from './comparison-layout.ts'
import { judgedAnswers } from './judged-answers.ts'
import type { ReadingServices } from './services.ts'

/** Every pair of judges, suite by suite, over the answers of all columns. */
export function getAgreement(services: ReadingServices, spec: ComparisonSpec): Agreement[] {
  const { db, catalog } = services
  return layOutComparison(db, spec).suites.flatMap((suite) =>
    catalog.agreementsOf({ suiteId: suite.suiteId, answers: judgedAnswers(services, suite) }),
  )
}
