/**
 * Accuracy suites against lm-evaluation-harness on the same checkpoint and the same items: prompts by their hash, log-likelihoods
 * within 1e-3, acc and acc_norm item by item, greedy answers word for word. By itself:
 *
 *   node scripts/verify/lm-eval-parity.ts [ITEMS of each task, up to 200] [DOCUMENTS, up to 12] [WORD of the titles to run]
 *
 * Of GSM8K it compares as many answers as there are in its golden file, ITEMS at most.
 */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { gunzipSync } from 'node:zlib'
import { firstOf, judged, skipped, type Check, type VerifyContext } from './check.ts'
import { exactDocuments, tokenByToken } from './float64-documents.ts'
import { findModel, qwenCoder, smolLm2, type KnownModel } from './known-models.ts'
import { compareAnswers, compareChoices, compareDocuments } from './lm-eval-compare.ts'
import {
  answerGolden,
  choiceGolden,
  documentGolden,
  type About,
  type ChoiceTask,
} from './lm-eval-golden.ts'
import { runSuite, type SuiteJob } from './suite-job.ts'

const tasks: readonly { task: ChoiceTask; title: string; path: string }[] = [
  { task: 'arc-easy', title: 'ARC-Easy', path: 'accuracy/arc_easy/test.jsonl.gz' },
  {
    task: 'hellaswag',
    title: 'HellaSwag',
    path: 'accuracy/hellaswag/val-sample-1000.jsonl.gz',
  },
  {
    task: 'winogrande',
    title: 'WinoGrande',
    path: 'accuracy/winogrande/valid.jsonl.gz',
  },
  { task: 'mmlu', title: 'MMLU with 5 examples', path: 'accuracy/mmlu/test.jsonl.gz' },
]

/** One check for each task, and one for the tokens of its documents. `items` and `answers` are rounded down to a divisor of what the golden file has: the same rows are taken. */
export function lmEvalParity(size: {
  readonly items: number
  readonly documents: number
  readonly answers: number
}): Check[] {
  return [
    ...tasks.map((task) => choiceCheck(task, size.items)),
    documentCheck(size.documents),
    tokenByToken(size.documents),
    answerCheck(size.answers),
  ]
}

function choiceCheck({ task, title, path }: (typeof tasks)[number], wanted: number): Check {
  return {
    title: `${smolLm2.title}, ${title}: log-likelihoods, acc and acc_norm of lm-evaluation-harness`,
    async run(context) {
      const { about, items } = await choiceGolden(context.projectRoot, task)
      const compared = evenly(items, wanted)
      return measure(context, {
        ...{ about, path, known: smolLm2, suiteId: task },
        ...{ limit: compared.length, takesFirst: false },
        compare: (results) => compareChoices(compared, results),
      })
    },
  }
}

function documentCheck(documents: number): Check {
  return {
    title: `${smolLm2.title}, WikiText-2 documents: word and byte perplexity of lm-evaluation-harness`,
    async run(context) {
      const { about, items } = await documentGolden(context.projectRoot)
      const compared = items.slice(0, documents)
      const exact = await exactDocuments(context.projectRoot)
      return measure(context, {
        ...{ about, known: smolLm2, path: 'accuracy/wikitext2/wiki.test.raw.gz' },
        ...{ suiteId: 'wikitext2-documents', limit: compared.length, takesFirst: true },
        compare: (results) => compareDocuments(compared, results, exact),
      })
    },
  }
}

function answerCheck(answers: number): Check {
  return {
    title: `${qwenCoder.title}, GSM8K with 5 examples: answers and both readings of lm-evaluation-harness`,
    async run(context) {
      const { about, items } = await answerGolden(context.projectRoot)
      const compared = evenly(items, answers)
      return measure(context, {
        ...{ about, known: qwenCoder, path: 'accuracy/gsm8k/test.jsonl.gz' },
        ...{ suiteId: 'gsm8k', limit: compared.length, takesFirst: false },
        compare: (results) => compareAnswers(compared, results),
      })
    },
  }
}

interface Measurement extends Pick<SuiteJob, 'suiteId' | 'limit' | 'takesFirst'> {
  readonly about: About
  readonly known: KnownModel
  /** Below the data folder. */
  readonly path: string
  readonly compare: (results: Awaited<ReturnType<typeof runSuite>>) => {
    figures: string[]
    problems: string[]
  }
}

async function measure(context: VerifyContext, measurement: Measurement) {
  const { about, known, path, compare, ...job } = measurement
  const model = await findModel(context, known, about.checkpointSha256)
  if (model.kind === 'absent') return skipped(model.reason)
  const source = join(context.dataFolder, path)
  if (!existsSync(source)) return skipped(`${source} is not there (folder: $ACTBENCH_DATA)`)
  const dataPath = job.suiteId === 'mmlu' ? await joinMmlu(context) : source
  const began = performance.now()
  const results = await runSuite(context, { ...job, modelPath: model.path, dataPath })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const { figures, problems } = compare(results)
  const reference = `lm_eval ${about.lmEval}, float32, ${about.device}`
  return judged([...figures, `took ${seconds} s (golden: ${reference})`], firstOf(problems))
}

/** Items at even spacing, as many as a divisor of their number that is not above `wanted`. */
function evenly<Item>(items: readonly Item[], wanted: number): Item[] {
  const limit = divisorUpTo(items.length, wanted)
  return items.filter((_, at) => at % (items.length / limit) === 0)
}

/** Largest divisor of `whole` that is not above `wanted`. */
function divisorUpTo(whole: number, wanted: number): number {
  for (let size = Math.min(whole, wanted); size > 1; size--) if (whole % size === 0) return size
  return 1
}

/** The suite wants worked examples and questions in one file. */
async function joinMmlu({ dataFolder, scratch }: VerifyContext): Promise<string> {
  const lines: string[] = []
  for (const split of ['dev', 'test']) {
    const packed = await readFile(join(dataFolder, 'accuracy/mmlu', `${split}.jsonl.gz`))
    for (const line of gunzipSync(packed).toString('utf8').split('\n')) {
      if (line.trim() !== '') lines.push(line.replace('{', `{"split": "${split}", `))
    }
  }
  const path = join(scratch, 'mmlu.jsonl')
  await writeFile(path, lines.join('\n'))
  return path
}

if (process.argv[1] === import.meta.filename) {
  const { runChecks } = await import('./run.ts')
  const [rows = '200', documents = '12', ...words] = process.argv.slice(2)
  const items = Number(rows)
  const holds = await runChecks({
    checks: lmEvalParity({ items, documents: Number(documents), answers: items }),
    words,
    isVerbose: false,
    write: (line) => process.stdout.write(`${line}\n`),
  })
  process.exit(holds ? 0 : 1)
}
