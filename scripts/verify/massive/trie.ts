/** Ranking 60 intents: what they share is read once, against every intent scored by itself; the same numbers, and how much sooner. */
import { join } from 'node:path'
import { openCheckpoint } from '../../../main/engine/checkpoint/open.ts'
import { encodePairs } from '../../../main/engine/encode-pair.ts'
import type { CausalRunner } from '../../../main/engine/runtime/runner.ts'
import type { ContinuationRow } from '../../../main/engine/runtime/types.ts'
import { readSuite, suiteRecord, toRequest } from '../../../main/engine/suites/index.ts'
import { openTokenizer } from '../../../main/engine/tokenizer/open.ts'
import { judged, skipped, type Check, type CheckResult, type VerifyContext } from '../check.ts'
import { findModel, qwenCoder, smolLm2, type KnownModel } from '../known-models.ts'
import { withRunner } from '../open-runner.ts'

const batchSize = 8
/** Largest difference of the log-probability of an intent, in nats. */
const toleranceNats = 1e-4
/** In time. Far below what is measured, and far above what a busy machine could feign. */
const leastSpeedUp = 8

export const trieChecks: readonly Check[] = [
  {
    title: titleOf('the embedded model'),
    // A job would refuse what its context cannot hold; here it only has to be the same in both ways.
    run: (context) =>
      compareWays(context, context.tinyModel, { utterances: 20, separately: 2, everyNth: 1 }),
  },
  trieCheck(smolLm2, { utterances: 20, separately: 1, everyNth: 3 }),
  trieCheck(qwenCoder, { utterances: 10, separately: 1, everyNth: 6 }),
]

function titleOf(model: string): string {
  return `${model}: 60 intents ranked through their common prefixes equal each scored by itself, and come sooner`
}

interface Effort {
  /** Of the starter sentences; they share a job. */
  readonly utterances: number
  /** Utterances whose intents are scored one by one; each takes as long as hundreds of the others. */
  readonly separately: number
  /** Of those intents every nth is scored, and takes for n of them. */
  readonly everyNth: number
}

function trieCheck(model: KnownModel, effort: Effort): Check {
  return {
    title: titleOf(model.title),
    async run(context) {
      const found = await findModel(context, model)
      if (found.kind === 'absent') return skipped(found.reason)
      return compareWays(context, found.path, effort)
    },
  }
}

async function compareWays(
  context: VerifyContext,
  modelPath: string,
  { utterances, separately, everyNth }: Effort,
): Promise<CheckResult> {
  const rows = (await questions(context, modelPath)).slice(0, utterances)
  return withRunner(context, modelPath, async (runner) => {
    // The first run loads weights and is not measured.
    await readTogether(runner, rows.slice(0, 1))
    const together = perUtterance(await readTogether(runner, rows))
    context.log(describe('together', together))
    const isChosen = (_: unknown, at: number): boolean => at % everyNth === 0
    const some = rows.slice(0, separately).map(({ context, continuations }) => ({
      context,
      continuations: continuations.filter(isChosen),
    }))
    const apart = perUtterance(await readApart(runner, some))
    const sums = together.sums.map((ofIntents) => ofIntents.filter(isChosen))
    const difference = largestDifference(sums, apart.sums)
    const share = countIntents(some) / countIntents(rows.slice(0, separately))
    const speedUp = apart.ms / share / together.ms
    const figures = [
      describe(`together (${rows.length} utterances)`, together),
      describe(`${countIntents(some)} intents of ${separately} utterances by themselves`, apart),
      `speed-up ${speedUp.toFixed(1)} times in time, ${(apart.tokens / share / together.tokens).toFixed(1)} in tokens; largest difference ${difference.toExponential(1)} nats`,
    ]
    return judged(figures, [
      ...(difference <= toleranceNats ? [] : [`the sums differ by ${difference} nats`]),
      ...(speedUp > leastSpeedUp ? [] : [`only ${speedUp.toFixed(1)} times as fast`]),
    ])
  })
}

function countIntents(rows: readonly ContinuationRow[]): number {
  return rows.reduce((sum, { continuations }) => sum + continuations.length, 0)
}

function perUtterance({ sums, ms, tokens }: Reading): Reading {
  return { sums, ms: ms / sums.length, tokens: tokens / sums.length }
}

function describe(way: string, { ms, tokens }: Reading): string {
  return `${way}: ${(ms / 1000).toFixed(3)} s and ${tokens.toFixed(0)} tokens an utterance, padding included`
}

async function questions(context: VerifyContext, modelPath: string): Promise<ContinuationRow[]> {
  const path = join(context.projectRoot, 'resources/suites/starter/massive.jsonl')
  const options = { locales: ['en-US'] }
  const { samples } = await readSuite({ suiteId: 'massive-intent', path, options })
  const tokenizer = openTokenizer(openCheckpoint(modelPath))
  return samples.map((sample) => {
    const request = toRequest(suiteRecord('massive-intent'), sample)
    if (request.kind !== 'choices') throw new Error(`Sample ${sample.id} is no choice.`)
    const pairs = encodePairs(tokenizer, request)
    return {
      context: pairs[0].context,
      continuations: pairs.map(({ continuation }) => continuation),
    }
  })
}

interface Reading {
  /** Log-probability of each intent, by utterance. */
  readonly sums: readonly (readonly number[])[]
  readonly ms: number
  readonly tokens: number
}

const sumOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0)

async function readTogether(
  runner: CausalRunner,
  rows: readonly ContinuationRow[],
): Promise<Reading> {
  const sums: number[][] = []
  let tokens = 0
  const started = performance.now()
  const options = { batchSize, onRead: (count: number) => void (tokens += count) }
  for await (const { index, continuations } of runner.scoreContinuations(rows, options)) {
    sums[index] = continuations.map(({ logProbs }) => sumOf(logProbs))
  }
  return { sums, ms: performance.now() - started, tokens }
}

/** Context and intent as one row each, nothing shared, in batches of the same number of rows. */
async function readApart(runner: CausalRunner, rows: readonly ContinuationRow[]): Promise<Reading> {
  const places = rows.flatMap(({ context, continuations }, row) =>
    continuations.map((ids, at) => ({ row, at, ids: [...context, ...ids], from: context.length })),
  )
  const sums = rows.map(({ continuations }) => continuations.map(() => 0))
  const started = performance.now()
  for await (const { index, logProbs } of runner.score(places, { batchSize })) {
    const { row, at } = places[index]
    sums[row][at] = sumOf(logProbs)
  }
  const ms = performance.now() - started
  // Rows of a batch are nearly of one length: what padding adds is left out, in favour of this way.
  return { sums, ms, tokens: places.reduce((sum, { ids }) => sum + ids.length - 1, 0) }
}

function largestDifference(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
): number {
  return Math.max(
    ...b.flatMap((values, row) => values.map((value, at) => Math.abs(value - a[row][at]))),
  )
}
