/** The light door: records, statistics, reports and checkpoint inspection. Loads no native code. */
export { fingerprintAdapter, inspectAdapter } from './adapters/index.ts'
export { fingerprintCheckpoint } from './checkpoint/fingerprint.ts'
export { compare, nextStrengths } from './comparison/index.ts'
export { collectUnderstood, nluErrorTables } from './comparison/nlu-errors/index.ts'
export { axesOf, expandConfigurations, expandPlan } from './expand-plan.ts'
export { inspectModel } from './inspect-model.ts'
export {
  agreementsOf,
  assessJudges,
  drawEvenly,
  findRubric,
  judgeScorer,
  requireLoopback,
  rubricRecords,
  type JudgedAnswer,
} from './judges/index.ts'
export { paramFacts } from './interventions/param-facts.ts'
export { completeInterventions, interventionRecords } from './interventions/records.ts'
export { recipeHashOf } from './recipe.ts'
export { figuresCsv, mainColumns, renderReport, writeReport } from './reports/index.ts'
export { metricRecords, scorerRecords, scoreStored } from './scorers/index.ts'
export { detectableRateDifference, effectiveSamples, planningDiscordance } from './stats/index.ts'
export {
  checkSuiteData,
  datasetFiles,
  embeddedSuites,
  hashDataset,
  readSuite,
  selectSamples,
  suiteRecords,
} from './suites/index.ts'
export { inspectScales, scalesMisfits, type ScalesFacts } from './trained-scales/index.ts'
export { engineVersion } from './version.ts'
