/** Results of ours beside those of lm-evaluation-harness, item by item: prompts by their hash, then the numbers. */
import { createHash } from 'node:crypto'
import type { SampleResult } from '#contract/jobs'
import type { ExactDocument } from './float64-documents.ts'
import type { AnswerItem, ChoiceItem, DocumentItem } from './lm-eval-golden.ts'
import { worse } from './logits.ts'

/** Nats, for the sum of a choice's tokens. lm-evaluation-harness itself differs by 2e-4 between a CPU and a GPU. */
const choiceTolerance = 1e-3
/** Nats per word of a document: sums of thousands of tokens round differently. */
const wordTolerance = 1e-4
/** Space before a choice, which belongs to what lm-evaluation-harness scores. */
const delimiter = ' '

export interface Compared {
  readonly figures: string[]
  readonly problems: string[]
}

interface Pair<Item> {
  readonly item: Item
  readonly result: SampleResult
}

export function compareChoices(
  items: readonly ChoiceItem[],
  results: readonly SampleResult[],
): Compared {
  const { pairs, problems } = pairUp(items, results)
  const differences = pairs.flatMap(choiceDifferences)
  const accuracy = (name: string, theirs: (item: ChoiceItem) => number): string => {
    const own = pairs.map(({ result }) => scoreOf(result, name)?.value ?? 0)
    return `${name} ${percent(own)} (lm-evaluation-harness ${percent(pairs.map(({ item }) => theirs(item)))})`
  }
  const hasNorm = items.every(({ accNorm }) => accNorm !== undefined)
  return {
    figures: [
      `${pairs.length} items, ${differences.length} choices: largest difference of a log-likelihood ${Math.max(...differences).toExponential(1)} nats`,
      accuracy('acc', ({ acc }) => acc),
      ...(hasNorm ? [accuracy('acc_norm', ({ accNorm }) => accNorm ?? 0)] : []),
    ],
    problems: [...problems, ...pairs.flatMap(choiceProblems)],
  }
}

/** `exact` of some rows in float64: of the two that differ it tells which one is away, and ours must be within its bound. */
export function compareDocuments(
  items: readonly DocumentItem[],
  results: readonly SampleResult[],
  exact: ReadonlyMap<number, ExactDocument>,
): Compared {
  const { pairs, problems } = pairUp(items, results)
  const own = sum(pairs.map(({ result }) => documentLogProb(result)))
  const theirs = sum(pairs.map(({ item }) => item.logProb))
  const differences = pairs.map(({ item, result }) =>
    Math.abs(documentLogProb(result) - item.logProb),
  )
  const figure = (name: string, count: number): string =>
    `${name} ${Math.exp(-own / count).toFixed(4)} (lm-evaluation-harness ${Math.exp(-theirs / count).toFixed(4)})`
  const words = sum(pairs.map(({ item }) => item.words))
  const bytes = sum(pairs.map(({ item }) => item.bytes))
  const bits = sum(pairs.map(({ result }) => documentBits(result))) / bytes
  return {
    figures: [
      `${pairs.length} documents, ${words} words: largest difference of a document's log-likelihood ${Math.max(...differences).toExponential(1)} nats`,
      figure('word_perplexity', words),
      figure('byte_perplexity', bytes),
      `bits_per_byte ${bits.toFixed(4)} (lm-evaluation-harness ${(-theirs / bytes / Math.LN2).toFixed(4)})`,
      ...distances(pairs, exact),
    ],
    problems: [
      ...problems,
      ...pairs.flatMap((pair) => documentProblems(pair, exact.get(pair.item.row))),
    ],
  }
}

function distances(
  pairs: readonly Pair<DocumentItem>[],
  exact: ReadonlyMap<number, ExactDocument>,
): string[] {
  const known = pairs.flatMap(({ item, result }) => {
    const there = exact.get(item.row)?.logProb
    return there === undefined
      ? []
      : [{ own: documentLogProb(result) - there, theirs: item.logProb - there }]
  })
  if (known.length === 0) return []
  const largest = (side: 'own' | 'theirs'): string =>
    known
      .map((distance) => Math.abs(distance[side]))
      .reduce(worse)
      .toExponential(1)
  return [
    `${known.length} documents in float64: ours at most ${largest('own')} nats away (lm-evaluation-harness ${largest('theirs')})`,
  ]
}

/** Answers word for word, but for white space at both ends, which ours are stored without. */
export function compareAnswers(
  items: readonly AnswerItem[],
  results: readonly SampleResult[],
): Compared {
  const { pairs, problems } = pairUp(items, results)
  const same = pairs.filter(({ item, result }) => result.response?.text === item.answer.trim())
  const accuracy = (variant: 'gsm8k-strict' | 'gsm8k-flexible'): string => {
    const own = pairs.map(({ result }) => exactMatch(result, variant))
    const theirs = pairs.map(({ item }) => theirMatch(item, variant))
    return `${variant} ${percent(own)} (lm-evaluation-harness ${percent(theirs)})`
  }
  return {
    figures: [
      `${pairs.length} items, ${same.length} answers word for word alike`,
      accuracy('gsm8k-strict'),
      accuracy('gsm8k-flexible'),
    ],
    problems: [...problems, ...pairs.flatMap(answerProblems)],
  }
}

function answerProblems({ item, result }: Pair<AnswerItem>): string[] {
  const own = result.response?.text ?? ''
  const theirs = item.answer.trim()
  return problemsOf(item.row, [
    [hashOf(result.response?.renderedPrompt ?? '') === item.contextHash, 'another context'],
    [own === theirs, `the answer parts from theirs ${whereTheyPart(own, theirs)}`],
    ...(['gsm8k-strict', 'gsm8k-flexible'] as const).map((variant) => {
      const [found, expected] = [exactMatch(result, variant), theirMatch(item, variant)]
      return [found === expected, `${variant} ${found} instead of ${expected}`] as const
    }),
  ])
}

function exactMatch({ scores }: SampleResult, variant: string): number {
  const score = scores.find(({ name, variant: own }) => name === 'exact_match' && own === variant)
  return score?.value ?? NaN
}

function theirMatch({ strict, flexible }: AnswerItem, variant: string): number {
  return variant === 'gsm8k-strict' ? strict : flexible
}

function whereTheyPart(own: string, theirs: string): string {
  let at = 0
  while (at < own.length && own[at] === theirs[at]) at += 1
  const shown = (text: string) => JSON.stringify(text.slice(at, at + 24))
  return `at character ${at} of ${theirs.length}: ${shown(own)} instead of ${shown(theirs)}`
}

/** Items with the results of the same rows; a row that was not run is a problem. */
function pairUp<Item extends { readonly row: number }>(
  items: readonly Item[],
  results: readonly SampleResult[],
): { pairs: Pair<Item>[]; problems: string[] } {
  const byRow = new Map(results.map((result) => [result.sample.index, result]))
  const pairs: Pair<Item>[] = []
  const problems: string[] = []
  for (const item of items) {
    const result = byRow.get(item.row)
    if (result !== undefined && result.error === null) pairs.push({ item, result })
    else problems.push(`row ${item.row}: ${result?.error?.message ?? 'not run'}`)
  }
  return { pairs, problems }
}

function choiceDifferences({ item, result }: Pair<ChoiceItem>): number[] {
  const found = result.response?.choices ?? []
  return found.map(({ logProb }, at) => Math.abs(logProb - item.logProbs[at]))
}

/** What of one item is not as lm-evaluation-harness has it. */
function choiceProblems(pair: Pair<ChoiceItem>): string[] {
  const { item, result } = pair
  const found = result.response?.choices ?? []
  const { context, continuations } = putAs(result)
  const acc = scoreOf(result, 'acc')?.value ?? NaN
  const accNorm = scoreOf(result, 'acc_norm')?.value ?? NaN
  const sums = found.map(({ logProb }) => logProb.toFixed(4)).join(', ')
  return problemsOf(item.row, [
    [hashOf(context) === item.contextHash, 'another context'],
    [hashOf(pythonList(continuations)) === item.continuationsHash, 'other choices'],
    [found.length === item.logProbs.length, `${found.length} choices`],
    [
      choiceDifferences(pair).every((difference) => difference <= choiceTolerance),
      `log-likelihoods ${sums} instead of ${item.logProbs.join(', ')}`,
    ],
    [found.every(({ isGreedy }, at) => isGreedy === item.isGreedy[at]), 'another greedy choice'],
    [acc === item.acc, `acc ${acc} instead of ${item.acc}, sums ${sums}`],
    [
      item.accNorm === undefined || accNorm === item.accNorm,
      `acc_norm ${accNorm} instead of ${item.accNorm ?? 'none'}, sums ${sums}`,
    ],
  ])
}

/** Of partial evaluation (WinoGrande) the first context, and what follows every one. */
function putAs({ sample, response }: SampleResult): { context: string; continuations: string[] } {
  const { choices = [], metadata } = sample
  const { before, after } = metadata
  return before === undefined || after === undefined
    ? {
        context: response?.renderedPrompt ?? '',
        continuations: choices.map((choice) => delimiter + choice),
      }
    : { context: before + (choices[0] ?? ''), continuations: choices.map(() => delimiter + after) }
}

function documentProblems(
  { item, result }: Pair<DocumentItem>,
  exact: ExactDocument | undefined,
): string[] {
  const words = scoreOf(result, 'word_nll')?.weight ?? 0
  const bytes = scoreOf(result, 'byte_nll')?.weight ?? 0
  const own = documentLogProb(result)
  return problemsOf(item.row, [
    [hashOf(result.sample.prompt) === item.contextHash, 'another text'],
    [words === item.words, `${words} words instead of ${item.words}`],
    [
      Math.abs(documentBits(result) * Math.LN2 + own) < 1e-6 * Math.abs(own),
      `${documentBits(result)} bits are not its log-likelihood`,
    ],
    [bytes === item.bytes, `${bytes} bytes instead of ${item.bytes}`],
    [
      Math.abs(own - item.logProb) / item.words <= wordTolerance,
      `log-likelihood ${own.toFixed(3)} instead of ${item.logProb}`,
    ],
    ...(exact === undefined ? [] : [isNearEnough(own, exact)]),
  ])
}

function isNearEnough(own: number, { logProb, bound }: ExactDocument): readonly [boolean, string] {
  const explained = bound.toExponential(1)
  return [
    Math.abs(own - logProb) <= bound,
    `log-likelihood ${own.toFixed(4)}, in float64 ${logProb.toFixed(4)}: rounding explains ${explained}`,
  ]
}

function problemsOf(row: number, rules: readonly (readonly [boolean, string])[]): string[] {
  return rules.filter(([holds]) => !holds).map(([, text]) => `row ${row}: ${text}`)
}

function scoreOf({ scores }: SampleResult, name: string) {
  return scores.find((score) => score.name === name)
}

/** The stored value is the loss per word, its weight the words. */
function documentLogProb(result: SampleResult): number {
  const score = scoreOf(result, 'word_nll')
  return score?.value == null ? NaN : -score.value * score.weight
}

function documentBits(result: SampleResult): number {
  const score = scoreOf(result, 'bits_per_byte')
  return score?.value == null ? NaN : score.value * score.weight
}

function percent(values: readonly number[]): string {
  return `${((100 * sum(values)) / values.length).toFixed(1)} %`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** A list as Python's json.dumps writes it. */
function pythonList(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`
}
