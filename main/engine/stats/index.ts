/** Statistics of comparisons: pure functions, each with its source, all seeded where chance is needed. */
export {
  agreement,
  type Agreement,
  type ConfusionCounts,
  confusionOf,
  correctedRate,
  kappaInterval,
  type VerdictPair,
} from './agreement.ts'
export {
  bootstrapMean,
  bootstrapPairedMeans,
  createResampler,
  lossInterval,
  pairedLosses,
  pairedPerplexities,
  perplexity,
  perplexityInterval,
  type Resampler,
  type WeightedSample,
} from './bootstrap.ts'
export {
  clusterMeanInterval,
  clusterWilsonInterval,
  type Interval,
  meanInterval,
  ruleOfThree,
  wilsonInterval,
} from './intervals.ts'
export { type Counts, jointSums, type JointSums } from './joint-bootstrap.ts'
export {
  clusterStandardError,
  correlation,
  mean,
  sampleVariance,
  standardError,
} from './moments.ts'
export { benjaminiHochberg, holm } from './multiplicity.ts'
export {
  clusteredProportions,
  mcnemar,
  mcnemarExact,
  mcnemarMidP,
  pairedMeans,
  pairedProportions,
  type PairedCounts,
  type PairedDifference,
} from './paired.ts'
export {
  detectableMeanDifference,
  detectableRateDifference,
  detectableRatioDifference,
  effectiveSamples,
  planningDiscordance,
} from './power.ts'
export {
  ratioDifference,
  ratioInterval,
  ratioOf,
  type RatioDraws,
  type RatioParts,
} from './ratios.ts'
export { createRng, type Rng } from './rng.ts'
export { type GroupFigures, groupMean, groupRange } from './spread.ts'
