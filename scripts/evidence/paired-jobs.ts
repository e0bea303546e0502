/**
 * Two jobs of a store on the same samples, paired: for what a comparison refuses to put side by side, such as jobs that show the model
 * unlike numbers of examples.
 *
 *   node scripts/evidence/paired-jobs.ts STORE.sqlite JOB JOB METRIC SCORER:VARIANT
 *
 * For example `massive.sqlite 20261124-08dbbe-01 20261124-acb596-01 intent_accuracy intent-choice:log-likelihood`. The metric is
 * one of yes or no. Prints both rates, their difference with its 95 % interval by clusters of samples, p, and who won how often.
 */
import process from 'node:process'
import { openDatabase, scores } from '#db'
import type { ScoredSample } from '#contract/stored-samples'
import { clusteredProportions } from '../../main/engine/stats/index.ts'

interface Outcome {
  readonly value: number
  readonly cluster: string
}

const [path = '', first = '', second = '', metric = '', use = ''] = process.argv.slice(2)
const [scorer = '', variant = ''] = use.split(':')
const store = openDatabase({ path, readOnly: true })
try {
  const [before, after] = [first, second].map(outcomes)
  const pairs = [...(before ?? [])].flatMap(([id, { value, cluster }]) => {
    const other = after?.get(id)
    return other === undefined ? [] : [{ before: value, after: other.value, cluster }]
  })
  const differences = pairs.map((pair) => pair.after - pair.before)
  const clusters = pairs.map(({ cluster }) => cluster)
  const found = clusteredProportions(differences, clusters)
  if (found === null) throw new Error('The two jobs have no sample in common')
  console.log(
    `${metric}, ${use}: ${pairs.length} pairs (${before?.size ?? 0} and ${after?.size ?? 0} samples), ${new Set(clusters).size} clusters`,
  )
  console.log(
    `${percent(mean(pairs.map((pair) => pair.before)))} to ${percent(mean(pairs.map((pair) => pair.after)))} %: ` +
      `${percent(found.value)} points [${percent(found.low)}, ${percent(found.high)}], p ${found.pValue.toPrecision(2)} (${found.method})`,
  )
  console.log(`${count(differences, 1)} won, ${count(differences, -1)} lost`)
} finally {
  store.close()
}

/** Outcomes of a job by sample; throws for a job that is not there and for values that are neither yes nor no. */
function outcomes(jobId: string): ReadonlyMap<string, Outcome> {
  const samples = scores.forJobs(store.read, [jobId]).get(jobId)
  if (samples === undefined) throw new Error(`${path}: there is no job ${jobId}`)
  const found = new Map<string, Outcome>()
  for (const sample of samples) {
    const value = valueOf(sample)
    if (value === null) continue
    if (value !== 0 && value !== 1) throw new Error(`${metric} of ${sample.sampleId} is ${value}`)
    found.set(sample.sampleId, { value, cluster: sample.cluster ?? sample.sampleId })
  }
  return found
}

function valueOf({ scores: given }: ScoredSample): number | null {
  const score = given.find(
    (one) => one.name === metric && one.scorer === scorer && one.variant === variant,
  )
  return score?.value ?? null
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function count(values: readonly number[], wanted: number): number {
  return values.filter((value) => value === wanted).length
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}
