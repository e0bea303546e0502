/** Logits and greedy answers of a real GGUF file against Hugging Face transformers in float32 on the same file. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import type { CausalRunner } from '../../main/engine/runtime/runner.ts'
import { firstOf, judged, skipped, type Check } from './check.ts'
import { findModel, type KnownModel } from './known-models.ts'
import {
  argMax,
  compareAnswers,
  logitTolerance,
  logSumExp,
  requiredAgreement,
  worse,
} from './logits.ts'
import { withRunner } from './open-runner.ts'

const numbers = z.array(z.number())

const promptSchema = z.object({
  id: z.string(),
  tokenIds: numbers,
  topIds: z.array(numbers),
  topLogits: z.array(numbers),
  logSumExp: numbers,
})
type Prompt = z.infer<typeof promptSchema>

/** Written by scripts/golden/make-compact-logits.py. */
const goldenSchema = z.object({
  sha256: z.string(),
  kept: z.number(),
  prompts: z.array(promptSchema).min(1),
  answers: z
    .array(z.object({ id: z.string(), promptIds: numbers, tokenIds: numbers, margins: numbers }))
    .min(1),
})

/** Rows of the greedy answers that run together. */
const answerBatch = 10

export function modelLogits(model: KnownModel): Check {
  return {
    title: `${model.title}: logits and greedy answers equal the float32 reference`,
    async run(context) {
      const path = join(
        context.projectRoot,
        'scripts/verify/fixtures',
        `${model.key}-logits.json.gz`,
      )
      const text = gunzipSync(await readFile(path)).toString('utf8')
      const golden = goldenSchema.parse(JSON.parse(text))
      const found = await findModel(context, model, golden.sha256)
      if (found.kind === 'absent') return skipped(found.reason)
      return withRunner(context, found.path, async (runner) => {
        const logits = await comparePositions(runner, golden.prompts)
        const answers = await compareAnswers(runner, golden.answers, answerBatch)
        return judged(
          [...describe(logits, golden.kept), answers.figure],
          [...problemsOf(logits), ...firstOf(answers.problems)],
        )
      })
    },
  }
}

interface PositionReport {
  readonly positions: number
  readonly maxDifference: number
  readonly maxSumDifference: number
  readonly agreeing: number
}

async function comparePositions(
  runner: CausalRunner,
  prompts: readonly Prompt[],
): Promise<PositionReport> {
  let report: PositionReport = {
    positions: 0,
    maxDifference: 0,
    maxSumDifference: 0,
    agreeing: 0,
  }
  for (const prompt of prompts) {
    const logits = await runner.logits(prompt.tokenIds)
    const vocab = logits.length / prompt.tokenIds.length
    for (const [position, ids] of prompt.topIds.entries()) {
      const row = logits.subarray(position * vocab, (position + 1) * vocab)
      report = add(report, row, {
        ids,
        logits: prompt.topLogits[position] ?? [],
        sum: prompt.logSumExp[position] ?? NaN,
      })
    }
  }
  return report
}

function add(
  report: PositionReport,
  row: Float32Array,
  expected: { ids: readonly number[]; logits: readonly number[]; sum: number },
): PositionReport {
  const differences = expected.ids.map((id, at) =>
    Math.abs((row[id] ?? NaN) - (expected.logits[at] ?? NaN)),
  )
  return {
    positions: report.positions + 1,
    maxDifference: differences.reduce(worse, report.maxDifference),
    maxSumDifference: worse(report.maxSumDifference, Math.abs(logSumExp(row) - expected.sum)),
    agreeing: report.agreeing + (argMax(row) === expected.ids[0] ? 1 : 0),
  }
}

function describe(report: PositionReport, kept: number): string[] {
  const { positions, maxDifference, maxSumDifference, agreeing } = report
  return [
    `${positions} positions, ${kept} largest logits each: max abs difference ${maxDifference.toExponential(2)} (below ${logitTolerance} is asked)`,
    `log of the sum of all exponentials: max abs difference ${maxSumDifference.toExponential(2)}`,
    `top-1 agreement ${((100 * agreeing) / positions).toFixed(3)} % (above ${100 * requiredAgreement} % is asked)`,
  ]
}

function problemsOf(report: PositionReport): string[] {
  const { positions, maxDifference, maxSumDifference, agreeing } = report
  const rules: readonly (readonly [boolean, string])[] = [
    [positions >= 2000, `expected at least 2000 positions, found ${positions}`],
    [maxDifference < logitTolerance, 'logits differ by more than the tolerance'],
    [
      maxSumDifference < logitTolerance,
      'the rest of the logits differs by more than the tolerance',
    ],
    [agreeing / positions > requiredAgreement, 'too many positions have another top-1 token'],
  ]
  return rules.filter(([holds]) => !holds).map(([, text]) => text)
}
