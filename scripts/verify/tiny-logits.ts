/** The embedded model's logits and greedy answers against Hugging Face transformers in float32. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { CausalRunner } from '../../main/engine/runtime/runner.ts'
import { judged, type Check } from './check.ts'
import { argMax, compareAnswers, logitTolerance, logSumExp, worse } from './logits.ts'
import { withRunner } from './open-runner.ts'

const numbers = z.array(z.number())

/** Written by scripts/golden/make-tiny-golden.py. */
const goldenSchema = z.object({
  samples: z
    .array(
      z.object({
        prompt: z.string(),
        ids: numbers,
        argmax: numbers,
        maxLogit: numbers,
        logSumExp: numbers,
        lastLogits: numbers,
        greedyIds: numbers,
      }),
    )
    .min(1),
})
type Sample = z.infer<typeof goldenSchema>['samples'][number]

export const tinyLogits: Check = {
  title: 'embedded model: logits and greedy answers equal the float32 reference',
  async run(context) {
    const fixtures = join(context.projectRoot, 'main/engine/architectures/fixtures')
    const text = await readFile(join(fixtures, 'actbench-tiny-logits.json'), 'utf8')
    const { samples } = goldenSchema.parse(JSON.parse(text))
    return withRunner(context, context.tinyModel, async (runner) => {
      let found: Difference = { largest: 0, otherTop: 0 }
      for (const sample of samples) found = await add(found, runner, sample)
      const answers = await compareAnswers(
        runner,
        // No margins are stored, so no difference counts as a tie.
        samples.map((one) => ({
          id: one.prompt,
          promptIds: one.ids,
          tokenIds: one.greedyIds,
          margins: [],
        })),
        1,
      )
      const positions = samples.reduce((sum, { ids }) => sum + ids.length, 0)
      const problems = [...answers.problems]
      if (!(found.largest < logitTolerance))
        problems.push('logits differ by more than the tolerance')
      if (found.otherTop > 0) problems.push(`${found.otherTop} positions have another top-1 token`)
      return judged(
        [
          `${positions} positions: max abs difference ${found.largest.toExponential(2)} (below ${logitTolerance} is asked), ${found.otherTop} with another top-1 token`,
          answers.figure,
        ],
        problems,
      )
    })
  },
}

interface Difference {
  readonly largest: number
  readonly otherTop: number
}

async function add(before: Difference, runner: CausalRunner, sample: Sample): Promise<Difference> {
  const logits = await runner.logits(sample.ids)
  const vocab = logits.length / sample.ids.length
  let { largest, otherTop } = before
  for (const [position, top] of sample.argmax.entries()) {
    const row = logits.subarray(position * vocab, (position + 1) * vocab)
    const best = argMax(row)
    if (best !== top) otherTop += 1
    largest = worse(largest, Math.abs((row[top] ?? NaN) - (sample.maxLogit[position] ?? NaN)))
    largest = worse(largest, Math.abs(logSumExp(row) - (sample.logSumExp[position] ?? NaN)))
  }
  const last = logits.subarray(logits.length - vocab)
  if (sample.lastLogits.length !== vocab) return { largest: NaN, otherTop }
  for (const [id, expected] of sample.lastLogits.entries()) {
    largest = worse(largest, Math.abs((last[id] ?? NaN) - expected))
  }
  return { largest, otherTop }
}
