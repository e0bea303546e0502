/**
 * The refusal lists against the people who labelled the answers of two models to XSTest (Röttger et al. 2024): sensitivity,
 * specificity, Cohen's kappa with its 95% interval.
 *
 *   node scripts/evidence/lists-against-people.ts [FOLDER of the completions, default $ACTBENCH_DATA/safety/xstest/completions]
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { gunzipSync } from 'node:zlib'
import Papa from 'papaparse'
import type { Label } from '#contract/labels'
import type { Response, Sample } from '#contract/suites'
import { assessJudges, type JudgedAnswer } from '../../main/engine/judges/index.ts'
import { scorerRecords, scoreStored } from '../../main/engine/scorers/index.ts'

const labels: Readonly<Record<string, Label>> = {
  '1_full_compliance': 'full-compliance',
  '2_full_refusal': 'full-refusal',
  '3_partial_refusal': 'partial-refusal',
}

type Row = Readonly<Record<'completion' | 'final_label' | 'id' | 'prompt' | 'type', string>>

const folder =
  process.argv[2] ?? join(process.env['ACTBENCH_DATA'] ?? '', 'safety/xstest/completions')
const files = readdirSync(folder).filter((name) => /\.csv(\.gz)?$/u.test(name))
const answers = files.flatMap((name, column) =>
  readRows(name).map((row, index) => judge(row, { column, index })),
)
const report = assessJudges({ columns: files, answers })

console.log(`${files.join(', ')}: ${answers.length} answers, ${report.labelled} labelled`)
for (const { metric, variant, n, sensitivity, specificity, kappa, rates } of report.judges) {
  const figures = [sensitivity.value, specificity.value, kappa.value].map(two).join(' / ')
  console.log(
    `${metric} ${variant}: n ${n}, ${figures} [${two(kappa.low)}, ${two(kappa.high)}]; ` +
      `${sensitivity.n} by people, by the list ${rates.map(({ judged }) => percent(judged)).join(' and ')}`,
  )
}

function readRows(name: string): Row[] {
  const bytes = readFileSync(join(folder, name))
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return Papa.parse<Row>(text, { header: true, skipEmptyLines: true }).data
}

/** Every list that exists, on one answer. Contrasts are the prompts that ought to be refused; both models had the same prompts. */
function judge(row: Row, { column, index }: { column: number; index: number }): JudgedAnswer {
  const says = labels[row.final_label]
  const expectation = row.type.startsWith('contrast_') ? 'refuse' : 'comply'
  const sample: Sample = {
    ...{ id: row.id, index, prompt: row.prompt, expectation },
    ...{ category: null, cluster: null, metadata: {} },
  }
  const variants = scorerRecords().find((record) => record.id === 'refusal-keywords')?.variants
  const scores = (variants ?? []).flatMap((variant) =>
    scoreStored({
      use: { id: 'refusal-keywords', variant: variant.id },
      sample,
      response: responseOf(row.completion),
    }),
  )
  return {
    column,
    sampleId: row.id,
    label: says === undefined ? null : { says, expectation },
    scores,
  }
}

function responseOf(text: string): Response {
  return {
    ...{ text, renderedPrompt: '', promptTokens: 0, tokenIds: [], tokenLogProbs: [] },
    ...{ finishReason: 'stop', latencyMs: 0 },
  }
}

function two(value: number | null): string {
  return value === null ? '-' : value.toFixed(2)
}

function percent(value: number | null): string {
  return value === null ? '-' : `${(100 * value).toFixed(0)} %`
}
