/** What actions ask of the engine's light door; named so that a test may hand in its own records. */
import type * as engineCatalog from '#engine/catalog'

export type Catalog = Pick<
  typeof engineCatalog,
  | 'interventionRecords'
  | 'completeInterventions'
  | 'axesOf'
  | 'expandConfigurations'
  | 'expandPlan'
  | 'suiteRecords'
  | 'embeddedSuites'
  | 'readSuite'
  | 'selectSamples'
  | 'scorerRecords'
  | 'metricRecords'
  | 'scoreStored'
  | 'detectableRateDifference'
  | 'planningDiscordance'
  | 'compare'
  | 'writeReport'
  | 'inspectModel'
  | 'fingerprintCheckpoint'
>
