/** The embedded NLU model on 500 utterances of every locale: what PyTorch says of them in float32, and how soon. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SampleResult } from '#contract/jobs'
import {
  measureUtterance,
  poolMeasures,
  type PooledMeasure,
} from '../../../main/engine/nlu/index.ts'
import { firstOf, judged, skipped, type Check, type VerifyContext } from '../check.ts'
import { sha256OfFile } from '../known-models.ts'
import { runSuite } from '../suite-job.ts'
import { nluModelPath, readNluGolden, type GoldenLocale, type NluGolden } from './nlu-golden.ts'

/** Float32 sums in another order may turn a decision that stood on the edge. */
const mostTurned = 1e-4
const figureTolerance = 1e-3

export const embeddedNlu: Check = {
  title:
    'Embedded NLU model: 500 utterances of every locale get the labels of the float32 reference',
  async run(context) {
    const dataPath = join(context.dataFolder, 'massive', 'data')
    if (!existsSync(dataPath)) return skipped(`no data in ${dataPath} (folder: $ACTBENCH_DATA)`)
    const golden = await readNluGolden(context.projectRoot)
    const modelPath = nluModelPath(context.projectRoot)
    const sha256 = await sha256OfFile(modelPath)
    if (sha256 !== golden.sha256) {
      return judged([], [`${modelPath}: expected sha256 ${golden.sha256}, found ${sha256}`])
    }
    const there = readdirSync(dataPath).map((name) => name.split('.')[0])
    const locales = Object.keys(golden.locales).filter((locale) => there.includes(locale))
    const { results, utterancesPerSecond } = await label(context, {
      ...{ modelPath, dataPath, locales, limit: golden.ids.length },
    })
    const compared = locales.map((locale) => compareLocale(golden, { locale, results }))
    const turned = sumOf(compared.map(({ turned }) => turned))
    const decisions = sumOf(compared.map(({ decisions }) => decisions))
    return judged(
      [
        ...compared.map(({ locale, own }) => `${locale}: ${describe(own)}`),
        `all ${locales.length} locales: ${describe(poolMeasures(results.flatMap(measured)))}`,
        `${turned} of ${decisions} intents and labels differ from the reference`,
        `${utterancesPerSecond.toFixed(0)} utterances/s on ${context.threads} cores, batches, scores and all`,
      ],
      firstOf([
        ...(locales.length > 0 ? [] : [`${dataPath}: none of the reference's locales is there`]),
        ...compared.flatMap(({ problems }) => problems),
        ...(turned <= mostTurned * decisions ? [] : [`${turned} decisions differ`]),
      ]),
    )
  },
}

interface Labelled {
  readonly results: readonly SampleResult[]
  /** From the moment when the session was ready to the last score. */
  readonly utterancesPerSecond: number
}

async function label(
  context: VerifyContext,
  job: { modelPath: string; dataPath: string; locales: readonly string[]; limit: number },
): Promise<Labelled> {
  let beganMs = 0
  let endedMs = 0
  const results = await runSuite(context, {
    ...job,
    suiteId: 'massive',
    onEvent: (event, sinceMs) => {
      if (event.type === 'stage-changed' && event.stage === 'running') beganMs = sinceMs
      if (event.type === 'sample-scored') endedMs = sinceMs
    },
  })
  return { results, utterancesPerSecond: (1000 * results.length) / (endedMs - beganMs) }
}

interface Compared {
  readonly locale: string
  readonly own: PooledMeasure
  readonly decisions: number
  /** Intents and labels that are not the reference's. */
  readonly turned: number
  readonly problems: string[]
}

function compareLocale(
  golden: NluGolden,
  { locale, results }: { locale: string; results: readonly SampleResult[] },
): Compared {
  const own = results
    .filter(({ sample }) => sample.category === locale)
    .sort((a, b) => Number(a.sample.cluster) - Number(b.sample.cluster))
  const expected = golden.locales[locale]
  const pooled = poolMeasures(own.flatMap(measured))
  const intents = own.map(({ response }) => response?.understanding?.intent ?? '')
  const labels = own.flatMap(({ response }) => response?.understanding?.labels ?? [])
  const wanted = {
    intents: [...expected.predicted_intents].map((at) => golden.intents[at]),
    labels: [...expected.predicted_labels].map((at) => golden.slots[at]),
  }
  const ids = own.map(({ sample }) => sample.cluster).join()
  const problems = [
    ...(ids === golden.ids.join() ? [] : ['other utterances than the reference has']),
    ...(labels.length === wanted.labels.length
      ? []
      : [`${labels.length} labels, the reference has ${wanted.labels.length}`]),
    ...figureProblems(pooled, expected),
  ]
  return {
    locale,
    own: pooled,
    decisions: intents.length + labels.length,
    turned: differing(intents, wanted.intents) + differing(labels, wanted.labels),
    problems: problems.map((text) => `${locale}: ${text}`),
  }
}

function figureProblems(own: PooledMeasure, expected: GoldenLocale): string[] {
  const pairs = [
    ['intent accuracy', own.intentAccuracy, expected.intent],
    ['slot F1', own.slotF1, expected.slot_f1],
    ['exact match', own.exactMatch, expected.exact],
  ] as const
  return pairs
    .filter(([, found, wanted]) => !(Math.abs(found - wanted) <= figureTolerance))
    .map(([name, found, wanted]) => `${name}: expected ${wanted}, found ${found}`)
}

function measured({ sample, response }: SampleResult) {
  const { utterance } = sample
  if (utterance === undefined || response?.understanding === undefined) return []
  return [measureUtterance({ gold: utterance, predicted: response.understanding })]
}

function differing(a: readonly string[], b: readonly string[]): number {
  return a.filter((value, at) => value !== b[at]).length
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function describe({ intentAccuracy, slotF1, exactMatch }: PooledMeasure): string {
  const percent = (rate: number): string => (100 * rate).toFixed(1)
  return `intent ${percent(intentAccuracy)}, slot F1 ${percent(slotF1)}, exact match ${percent(exactMatch)} %`
}
