/** What a report states about how its figures came to be: the same facts for every format. */
import type { Comparison, ComparisonColumn, ComparisonRow } from '#contract/comparisons'
import { defaultBeams, scalesParam } from '#contract/configurations'
import type { Environment } from '#contract/jobs'
import type { Json } from '#contract/json'
import type { RubricRecord } from '#contract/suites'
import { counted, formatNumber, listed } from '../comparison/wording.ts'
import { interventions } from '../interventions/index.ts'
import { rubricRecords } from '../judges/index.ts'
import { scorerRecords } from '../scorers/index.ts'

/** A named statement. */
export interface Fact {
  readonly name: string
  readonly text: string
}

/** Everything that decided a configuration's answers, and where it ran. */
export function factsOfColumn(column: ComparisonColumn): Fact[] {
  const { configuration } = column
  return [
    { name: 'Model', text: `${column.modelName} (${configuration.modelId})` },
    { name: 'Interventions', text: interventionsText(column) },
    ...calibrationFacts(column),
    ...scalesFacts(column),
    { name: 'Precision', text: configuration.precision },
    { name: 'Decoding', text: decodingText(column) },
    ...(configuration.systemPrompt === null
      ? []
      : [{ name: 'System prompt', text: configuration.systemPrompt }]),
    { name: 'Passport', text: passportText(column) },
    { name: 'Ran on', text: environmentsText(column.environments) },
    { name: 'Hash', text: column.hash },
  ]
}

function decodingText({ task, configuration }: ComparisonColumn): string {
  const {
    temperature,
    topK,
    topP,
    seed,
    maxNewTokens,
    beams = defaultBeams,
  } = configuration.decoding
  if (task === 'nlu' || task === 'encoder') return 'none: the model writes nothing'
  // How long it may write is the suite's matter.
  if (task === 'text-to-text') return beams === 1 ? 'greedy' : `${beams} beams`
  const how =
    temperature === 0
      ? 'greedy'
      : `temperature ${temperature}, top-k ${topK}, top-p ${topP}, seed ${seed}`
  return `${how}, at most ${maxNewTokens} new tokens`
}

function interventionsText({ configuration }: ComparisonColumn): string {
  if (configuration.interventions.length === 0) return 'none'
  return configuration.interventions
    .map(({ id, params }) => {
      const values = Object.entries(params).map(([name, value]) => `${name} ${plainValue(value)}`)
      return values.length === 0 ? id : `${id} (${values.join(', ')})`
    })
    .join(', then ')
}

/** The text that interventions were fitted on, by its sha256; nothing where none was fitted. */
function calibrationFacts({ configuration, passport }: ComparisonColumn): Fact[] {
  const own = configuration.calibrationText
  const fits = passport?.calibration ?? []
  if (own === undefined && fits.length === 0) return []
  const tokens = Math.max(0, ...fits.map((fit) => fit.tokens))
  const extent = tokens === 0 ? '' : `${counted(tokens, 'token')} of `
  const name = own === undefined ? 'the embedded text' : 'a text of one’s own'
  const hash = own ?? fits[0]?.textHash ?? ''
  return [{ name: 'Fitted on', text: `${extent}${name}, sha256 ${hash}` }]
}

/** Whether an intervention that knows of trained scales used some, and which. */
function scalesFacts({ configuration, passport }: ComparisonColumn): Fact[] {
  return configuration.interventions.flatMap(({ id, params }) => {
    const record = interventions.find((one) => one.id === id)
    if (record?.trainedScales === undefined) return []
    const name = `Scales of ${record.title}`
    const sha256 = params[scalesParam] ?? null
    if (typeof sha256 !== 'string') return [{ name, text: 'initialisation, nothing is trained' }]
    const found = passport?.trainedScales?.find((scales) => scales.sha256 === sha256)
    const which =
      found === undefined
        ? 'trained'
        : `trained, ${found.name}, for ${found.bits} bits on ${counted(found.tokens, 'token')} of ${found.text}`
    return [{ name, text: `${which}, file sha256 ${sha256}` }]
  })
}

function plainValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What the passport proves, or that there is none. */
export function passportText({ configuration, passport, task }: ComparisonColumn): string {
  if (passport === null) {
    return configuration.interventions.length === 0 ? 'not needed: nothing is changed' : 'none'
  }
  const sites = passport.interventions.reduce((sum, use) => sum + use.sitesChanged, 0)
  const last = passport.relativeErrorByLayer.at(-1)
  // An encoder with heads labels tokens; it predicts none.
  const isLabelled = task === 'nlu'
  return [
    passport.isVerified ? 'verified' : 'NOT verified',
    counted(sites, 'site') + ' changed',
    ...(last === undefined ? [] : [`relative error ${formatNumber(last, 4)} after the last layer`]),
    `mean KL ${isLabelled ? 'of slot labels ' : ''}${formatNumber(passport.logitKlNats, 4)} nats`,
    `same most likely ${isLabelled ? 'slot label' : 'token'} at ${formatNumber(passport.top1Agreement * 100, 1)}% of ${formatNumber(passport.probe.tokens)} probe positions`,
    ...(passport.strengthZeroHolds === null
      ? []
      : [
          passport.strengthZeroHolds
            ? 'strength zero leaves the model unchanged'
            : 'strength zero does NOT leave the model unchanged',
        ]),
  ].join(', ')
}

function environmentsText(environments: readonly Environment[]): string {
  const texts = environments.map((environment) =>
    [
      `${environment.provider} on ${environment.device}`,
      ...(environment.arithmetic === undefined ? [] : [environment.arithmetic]),
      counted(environment.threads, 'thread'),
      `batch size ${environment.batchSize}`,
      `ONNX Runtime ${environment.onnxruntimeVersion}`,
      `engine ${environment.engineVersion}`,
      environment.platform,
    ].join(', '),
  )
  return [...new Set(texts)].join('; ') || 'not recorded'
}

/** Source, licence, data and extent of each suite. */
export function factsOfSuites(comparison: Comparison): { title: string; facts: Fact[] }[] {
  return comparison.suites.map((suite) => ({
    title: suite.title,
    facts: [
      { name: 'Version', text: `${suite.id}, version ${suite.version}` },
      {
        name: 'Samples',
        text: `${suite.options}; stored ${samplesText(comparison, suite.samples)}`,
      },
      { name: 'Licence', text: suite.licence },
      { name: 'Source', text: suite.source },
      { name: 'Data sha256', text: suite.dataHash },
      { name: 'Speed', text: speedText(comparison, suite) },
    ],
  }))
}

function samplesText({ columns }: Comparison, samples: readonly number[]): string {
  return listed(
    columns.map(({ letter }, index) => `${formatNumber(samples[index] ?? 0)} for ${letter}`),
  )
}

function speedText({ columns }: Comparison, suite: Comparison['suites'][number]): string {
  const texts = columns.flatMap(({ letter }, index) => {
    const samples = suite.samplesPerSecond[index] ?? null
    const tokens = suite.tokensPerSecond[index] ?? null
    const memory = suite.peakMemoryBytes[index] ?? null
    const parts = [
      ...(samples === null ? [] : [`${formatNumber(samples, 2)} samples/s`]),
      ...(tokens === null ? [] : [`${formatNumber(tokens, 1)} tokens/s`]),
      ...(memory === null ? [] : [`${formatNumber(memory / 1e9, 2)} GB peak`]),
    ]
    return parts.length === 0 ? [] : [`${letter} ${parts.join(', ')}`]
  })
  return texts.join('; ') || 'not recorded'
}

/** The judges behind the rows, with their exact lists. */
export function factsOfJudges(rows: readonly ComparisonRow[]): Fact[] {
  const uses = new Map(rows.map(({ judge, scorer, variant }) => [judge, { scorer, variant }]))
  const records = scorerRecords()
  return [...uses].map(([judge, { scorer, variant }]) => {
    const rubric = rubricRecords().find(({ id }) => scorer === `judge-${id}`)
    if (rubric !== undefined) return { name: judge, text: rubricText(rubric, variant) }
    const record = records.find(({ id }) => id === scorer)
    const found = record?.variants.find(({ id }) => id === variant)
    if (record === undefined || found === undefined) {
      return { name: judge, text: 'unknown to this version' }
    }
    const rule = found.resource === null ? '' : ` ${resourceText(found.resource)}`
    return {
      name: judge,
      text: `Version ${record.version}. ${found.title}: ${found.summary}${rule}`,
    }
  })
}

/** The very question, since a figure means nothing without it. */
function rubricText(rubric: RubricRecord, judge: string): string {
  const { version, title, summary, prompt } = rubric
  return `Version ${version}. ${title}: ${summary} The judge ${judge} was asked: ${JSON.stringify(prompt)}`
}

/** `phrases: "a", "b"; isCaseSensitive: true`. */
function resourceText(resource: Json): string {
  if (typeof resource !== 'object' || resource === null || Array.isArray(resource)) {
    return JSON.stringify(resource)
  }
  const parts = Object.entries(resource).map(([name, value]) => {
    const text = Array.isArray(value)
      ? value.map((item) => JSON.stringify(item)).join(', ')
      : plainValue(value ?? null)
    return `${name}: ${text}`
  })
  return `(${parts.join('; ')})`
}

function exploratoryNote({ exploratorySize }: Comparison): string {
  if (exploratorySize === undefined) return ''
  return ` but those of the cells of layer maps: these are exploratory and adjusted among themselves (${counted(exploratorySize, 'test')})`
}

/** How the numbers are computed, for the reader who wants to check them. */
export function methodNotes(comparison: Comparison): string[] {
  return [
    'Intervals are 95%. Rates: Wilson score; means: Student’s t. Where samples name clusters that are fewer than they, both are cluster-robust: Wilson with the effective number of samples (design effect and t on clusters − 1, never more than n), t with the cluster-robust error. Perplexity: exp(sum of losses / number of tokens), percentile bootstrap over pieces of text (4,999 draws, fixed seed) for 100 to 500 pieces, else the linearised interval with Student’s t.',
    'Differences are paired: other minus baseline on the samples that both have judged. Rates: Tango’s score interval with McNemar’s test, exact below 25 discordant pairs, mid-p otherwise; where samples name clusters, the more cautious of these and of the cluster-robust t of the differences, at each end and for p. Means: paired t. Perplexity: the same two ways, paired.',
    `Detected means p below 0.05 after Holm’s adjustment over ${counted(comparison.familySize, 'test')}, all differences of this comparison${exploratoryNote(comparison)}.`,
    '“Could have seen” is the smallest difference that this many pairs, with as much disagreement as was found, show with 80% power after the adjustment for the number of tests.',
    ...(comparison.languages === undefined
      ? []
      : [
          'By language: rates have Wilson’s interval, and Tango’s with McNemar’s exact test for differences; pooled F1 has a percentile bootstrap over utterances (1,000 draws, seed 1; below 100 utterances the linearised interval with Student’s t), its p from all ways of exchanging the two sides where at most 14 utterances changed, else from the linearised error. Figures over languages resample utterance ids in all languages and configurations together. The lower end of a distance between best and worst is the distance minus the 97.5% quantile of the range of the resampled deviations: above zero by chance at most once in 40 where all languages are equal. Holm’s adjustment is over each table by itself.',
        ]),
    'Answers that could not be judged and samples that failed are counted apart and never turned into zeros.',
  ]
}
