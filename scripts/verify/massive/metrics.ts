/** Our metrics and our words against MASSIVE's own code, on the same predictions and on the whole data set. */
import { createHash, type Hash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import {
  decodeOutput,
  f1Of,
  measureUtterance,
  poolMeasures,
  type PooledMeasure,
} from '../../../main/engine/nlu/index.ts'
import { massiveLocales } from '../../../main/engine/suites/massive/inventory.ts'
import { streamMassive } from '../../../main/engine/suites/massive/read.ts'
import { tokenise } from '../../../main/engine/suites/massive/tokenise.ts'
import { firstOf, judged, skipped, type Check } from '../check.ts'
import {
  massiveGolden,
  type GoldenFigures,
  type GoldenOutput,
  type GoldenPositions,
} from './metrics-golden.ts'

const tolerance = 1e-9

export const massiveMetrics: Check = {
  title: 'MASSIVE metrics equal the reference implementation',
  run: async ({ projectRoot }) => {
    const golden = await massiveGolden(projectRoot)
    const rows = golden.outputs.length
    const text = compare('text', golden.text, (part) =>
      poolMeasures(golden.outputs.filter(isOf(part)).map(measureText)),
    )
    const encoder = compare('encoder', golden.encoder, (part) =>
      poolMeasures(golden.positions.filter(isOf(part)).map(measurePositions)),
    )
    const figures = [
      `${rows} outputs of a text-to-text model and ${golden.positions.length} rows of encoder positions, made up; ${golden.about['reference'] ?? ''}`,
      ...golden.text.slice(-1).map(describe),
      ...golden.encoder.slice(-1).map(describe),
      `${text.compared + encoder.compared} figures in ${golden.text.length} parts each, largest difference ${Math.max(text.largest, encoder.largest).toExponential(1)}`,
    ]
    const problems = [...text.problems, ...encoder.problems]
    if (rows < 1000) problems.push(`expected 1000 rows or more, found ${rows}`)
    return judged(figures, firstOf(problems))
  },
}

function isOf(part: string): (row: { readonly locale: string }) => boolean {
  return ({ locale }) => part === 'all' || part === locale
}

function measureText({ intent, labels, output }: GoldenOutput) {
  return measureUtterance({ gold: { intent, labels }, predicted: decodeOutput(output) })
}

function measurePositions({ intent, predictedIntent, gold, predicted }: GoldenPositions) {
  return measureUtterance(
    {
      gold: { intent, labels: gold.map(String) },
      predicted: { intent: predictedIntent, labels: predicted.map(String) },
    },
    { outside: ['0'], merge: ['-100'] },
  )
}

interface Comparison {
  readonly compared: number
  readonly largest: number
  readonly problems: string[]
}

function compare(
  way: string,
  golden: readonly GoldenFigures[],
  measure: (part: string) => PooledMeasure,
): Comparison {
  const pairs = golden.flatMap((expected) =>
    pairsOf(expected, measure(expected.part)).map(([name, found, wanted]) => ({
      name: `${way}, ${expected.part}, ${name}`,
      found,
      wanted,
      difference: Math.abs(found - wanted),
    })),
  )
  return {
    compared: pairs.length,
    largest: Math.max(...pairs.map(({ difference }) => difference)),
    problems: pairs
      .filter(({ difference }) => !(difference <= tolerance))
      .map(({ name, found, wanted }) => `${name}: expected ${wanted}, found ${found}`),
  }
}

/** Name, our figure, the reference's figure. */
function pairsOf(golden: GoldenFigures, ours: PooledMeasure): [string, number, number][] {
  const types = Object.entries(golden.bySlot ?? {})
  const slots = types.flatMap(([slot, { f1, gold }]): [string, number, number][] => {
    const counts = ours.ofType.get(slot) ?? { hits: 0, predicted: 0, gold: 0 }
    return [
      [`F1 of ${slot}`, f1Of(counts), f1],
      [`entities of ${slot}`, counts.gold, gold],
    ]
  })
  return [
    ['rows', ours.utterances, golden.rows],
    ['intent accuracy', ours.intentAccuracy, golden.intent_acc],
    ['its error', ours.errors.intentAccuracy, golden.intent_acc_stderr],
    ['slot F1', ours.slotF1, golden.slot_micro_f1],
    ['its error', ours.errors.slotF1, golden.slot_micro_f1_stderr],
    ['exact match', ours.exactMatch, golden.ex_match_acc],
    ['its error', ours.errors.exactMatch, golden.ex_match_acc_stderr],
    ...(golden.bySlot === undefined
      ? []
      : [['slots', ours.ofType.size, types.length] satisfies [string, number, number]]),
    ...slots,
  ]
}

function describe({ part, intent_acc, slot_micro_f1, ex_match_acc }: GoldenFigures): string {
  const percent = (rate: number): string => `${(100 * rate).toFixed(2)} %`
  return `${part}: intent ${percent(intent_acc)}, slot F1 ${percent(slot_micro_f1)}, exact match ${percent(ex_match_acc)}`
}

export const massiveWords: Check = {
  title: 'Words and labels of all of MASSIVE equal the reference implementation',
  run: async ({ projectRoot, dataFolder }) => {
    const path = join(dataFolder, 'massive', 'data')
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (!isThere) return skipped(`no data in ${path}`)
    const { tokens } = await massiveGolden(projectRoot)
    const found = await digestWords(path)
    const problems: string[] = []
    for (const [locale, parts] of Object.entries(tokens)) {
      for (const [partition, { rows, sha256 }] of Object.entries(parts)) {
        const own = found.get(`${locale} ${partition}`)
        const ours = own === undefined ? 'nothing' : `${own.rows} rows ${own.hash}`
        if (ours !== `${rows} rows ${sha256}`) {
          problems.push(`${locale} ${partition}: expected ${rows} rows ${sha256}, found ${ours}`)
        }
      }
    }
    problems.push(...countProblems(found))
    const rows = [...found.values()].reduce((sum, part) => sum + part.rows, 0)
    return judged(
      [`${rows} rows of ${Object.keys(tokens).length} locales, words and labels alike`],
      firstOf(problems),
    )
  },
}

/** The published sizes; and the data are parallel: the ids of a partition are the same in every locale. */
const publishedRows = { train: 11514, dev: 2033, test: 2974 }

function countProblems(found: ReadonlyMap<string, WordsDigest>): string[] {
  return Object.entries(publishedRows).flatMap(([partition, rows]) => {
    const parts = [...found].filter(([key]) => key.endsWith(` ${partition}`))
    const ids = new Set(parts.map(([, part]) => part.idsHash))
    const wrong = parts.filter(([, part]) => part.rows !== rows)
    return [
      ...wrong.map(([key, part]) => `${key}: expected ${rows} rows, found ${part.rows}`),
      ...(parts.length === massiveLocales.length
        ? []
        : [`${partition}: expected ${massiveLocales.length} locales, found ${parts.length}`]),
      ...(ids.size === 1 ? [] : [`${partition}: ids differ between locales`]),
    ]
  })
}

interface WordsDigest {
  readonly rows: number
  readonly hash: string
  readonly idsHash: string
}

/** Number of rows and sha256 over JSON lines [id, words, labels], by locale and partition. */
async function digestWords(path: string): Promise<Map<string, WordsDigest>> {
  const running = new Map<string, { rows: number; words: Hash; ids: Hash }>()
  for await (const row of streamMassive(path)) {
    const key = `${row.locale} ${row.partition}`
    const part = running.get(key) ?? {
      rows: 0,
      words: createHash('sha256'),
      ids: createHash('sha256'),
    }
    const { words, labels } = tokenise(row, 'compat')
    part.words.update(`${JSON.stringify([row.id, words, labels])}\n`)
    part.ids.update(`${row.id}\n`)
    part.rows += 1
    running.set(key, part)
  }
  return new Map(
    [...running].map(([key, { rows, words, ids }]) => [
      key,
      { rows, hash: words.digest('hex'), idsHash: ids.digest('hex') },
    ]),
  )
}
