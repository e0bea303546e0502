/** Natural-language understanding: labels of words, entities, and the metrics of MASSIVE. Knows no file and no model. */
export { alignLabels } from './align.ts'
export { annotate } from './annotate.ts'
export { entitiesOf, mergedPosition, toBio, wordRules, type BioRules, type Entity } from './bio.ts'
export { decodeOutput, type DecodedOutput } from './decode.ts'
export {
  addCounts,
  binomialError,
  f1Of,
  measureUtterance,
  poolMeasures,
  type EntityCounts,
  type PooledMeasure,
  type Understood,
  type UtteranceMeasure,
} from './measure.ts'
export { splitWords } from './words.ts'
