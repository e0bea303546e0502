/** States of a real encoder against Hugging Face transformers in float32 on the same file: tokens, every block, the last states. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { openCheckpoint } from '../../../main/engine/checkpoint/open.ts'
import { createRunner, type Runner } from '../../../main/engine/runtime/open-runner.ts'
import { openTokenizer } from '../../../main/engine/tokenizer/open.ts'
import { firstOf, judged, skipped, type Check } from '../check.ts'
import { findModel, type KnownModel } from '../known-models.ts'

const sentenceSchema = z.object({
  text: z.string(),
  ids: z.array(z.number()),
  /** Frobenius norm behind the embedding and behind each block. */
  norms: z.array(z.number()),
  /** float32 of the last states, base64: the first token's, and the mean over tokens. */
  first: z.string(),
  mean: z.string(),
})
type Sentence = z.infer<typeof sentenceSchema>

/** Written by scripts/golden/make-encoder-states.py. */
const goldenSchema = z.object({ sha256: z.string(), sentences: z.array(sentenceSchema).min(1) })

/** Of the reference's size: float32 sums in another order. */
const relativeTolerance = 1e-4

export function encoderStates(model: KnownModel): Check {
  return {
    title: `${model.title}: states equal the float32 reference`,
    async run(context) {
      const fixtures = join(context.projectRoot, 'scripts/verify/fixtures')
      const text = await readFile(join(fixtures, `${model.key}-states.json`), 'utf8')
      const golden = goldenSchema.parse(JSON.parse(text))
      const found = await findModel(context, model, golden.sha256)
      if (found.kind === 'absent') return skipped(found.reason)
      const checkpoint = openCheckpoint(dirname(found.path))
      const tokenizer = openTokenizer(checkpoint)
      const runner = await createRunner({
        checkpoint,
        precision: 'exact',
        provider: 'cpu',
        threads: context.threads,
        cacheDir: join(context.scratch, 'cache'),
        transform: (graph) => graph,
        inputs: new Map(),
        logger: { info: context.log, warn: context.log },
      })
      try {
        const problems: string[] = []
        let worst = 0
        for (const sentence of golden.sentences) {
          const ids = tokenizer.encode(sentence.text, { addSpecial: true })
          if (ids.join() !== sentence.ids.join()) problems.push(`${sentence.text}: other tokens`)
          for (const [what, difference] of await compare(runner, sentence)) {
            worst = Math.max(worst, difference)
            if (difference <= relativeTolerance) continue
            problems.push(`${sentence.text}: ${what} differs by ${difference.toExponential(1)}`)
          }
        }
        const figure = `${golden.sentences.length} sentences, largest relative difference ${worst.toExponential(1)}`
        return judged([figure], firstOf(problems))
      } finally {
        await runner.close()
      }
    },
  }
}

/** Relative difference of everything that is stored of a sentence. */
async function compare(
  runner: Runner,
  { ids, norms, first, mean }: Sentence,
): Promise<readonly (readonly [string, number])[]> {
  const blocks = norms.slice(1).map((_, layer) => `blocks.${layer}.hook_resid_post`)
  const sites = ['hook_embed', ...blocks]
  const seen = await runner.activations(ids, sites)
  const statesAt = (site: string) => seen.get(site)?.data ?? new Float32Array()
  const last = statesAt(blocks.at(-1) ?? '')
  const width = last.length / ids.length
  return [
    ...sites.map((site, at) => {
      const expected = norms[at] ?? NaN
      return [site, Math.abs(Math.hypot(...statesAt(site)) / expected - 1)] as const
    }),
    ['the first token', relativeDifference(last.subarray(0, width), floats(first))],
    ['the mean over tokens', relativeDifference(meanOf(last, width), floats(mean))],
  ]
}

function meanOf(states: Float32Array, width: number): Float32Array {
  const sum = new Float64Array(width)
  for (const [at, value] of states.entries()) sum[at % width] = (sum[at % width] ?? 0) + value
  return Float32Array.from(sum, (value) => value / (states.length / width))
}

function relativeDifference(found: Float32Array, expected: Float32Array): number {
  const difference = expected.map((value, at) => value - (found[at] ?? NaN))
  return Math.hypot(...difference) / Math.hypot(...expected)
}

function floats(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
}
