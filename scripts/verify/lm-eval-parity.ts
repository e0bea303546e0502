/**
 * Accuracy suites against lm-evaluation-harness on the same checkpoint and the same items: prompts by their hash, log-likelihoods
 * within 1e-3, acc and acc_norm item by item. By itself:
 *
 *   node scripts/verify/lm-eval-parity.ts [ITEMS of each task, up to 200] [DOCUMENTS, up to 12] [WORD of the titles to run]
 */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { gunzipSync } from 'node:zlib'
import { firstOf, judged, skipped, type Check, type VerifyContext } from './check.ts'
import { findModel, smolLm2 } from './known-models.ts'
import { compareChoices, compareDocuments } from './lm-eval-compare.ts'
import { choiceGolden, documentGolden, type About, type ChoiceTask } from './lm-eval-golden.ts'
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

/** One check for each task. `items` is rounded down to a divisor of 200, so that the same rows are taken. */
export function lmEvalParity(size: { items: number; documents: number }): Check[] {
  return [...tasks.map((task) => choiceCheck(task, size.items)), documentCheck(size.documents)]
}

function choiceCheck({ task, title, path }: (typeof tasks)[number], wanted: number): Check {
  return {
    title: `${smolLm2.title}, ${title}: log-likelihoods, acc and acc_norm of lm-evaluation-harness`,
    async run(context) {
      const { about, items } = await choiceGolden(context.projectRoot, task)
      const limit = divisorUpTo(items.length, wanted)
      const compared = items.filter((_, at) => at % (items.length / limit) === 0)
      return measure(context, {
        about,
        ...{ path, suiteId: task, limit, takesFirst: false },
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
      return measure(context, {
        about,
        path: 'accuracy/wikitext2/wiki.test.raw.gz',
        ...{ suiteId: 'wikitext2-documents', limit: compared.length, takesFirst: true },
        compare: (results) => compareDocuments(compared, results),
      })
    },
  }
}

interface Measurement extends Pick<SuiteJob, 'suiteId' | 'limit' | 'takesFirst'> {
  readonly about: About
  /** Below the data folder. */
  readonly path: string
  readonly compare: (results: Awaited<ReturnType<typeof runSuite>>) => {
    figures: string[]
    problems: string[]
  }
}

async function measure(context: VerifyContext, measurement: Measurement) {
  const { about, path, compare, ...job } = measurement
  const model = await findModel(context, smolLm2, about.checkpointSha256)
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
  const [items = '200', documents = '12', ...words] = process.argv.slice(2)
  const holds = await runChecks({
    checks: lmEvalParity({ items: Number(items), documents: Number(documents) }),
    words,
    isVerbose: false,
    write: (line) => process.stdout.write(`${line}\n`),
  })
  process.exit(holds ? 0 : 1)
}
