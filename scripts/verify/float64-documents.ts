/**
 * Log-likelihoods of WikiText-2 documents in float64 (golden file by scripts/golden/make-float64-documents.py): what rounding in float32
 * costs here, token by token, beside what it costs in transformers.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readSuite } from '#engine/catalog'
import { openCheckpoint } from '../../main/engine/checkpoint/open.ts'
import { prefixToken } from '../../main/engine/encode-pair.ts'
import { rollingWindows } from '../../main/engine/rolling-windows.ts'
import type { CausalRunner } from '../../main/engine/runtime/runner.ts'
import { openTokenizer } from '../../main/engine/tokenizer/open.ts'
import { firstOf, judged, skipped, type Check } from './check.ts'
import { findModel, smolLm2 } from './known-models.ts'
import { worse } from './logits.ts'
import { withRunner } from './open-runner.ts'

/** Nats that a single token may be away: what is asked of any log-likelihood. */
const tokenTolerance = 1e-3
/** Roundings of single tokens are as good as independent: their sum over a document stays within so many deviations. */
const deviations = 4
/** Of SmolLM2, and so the width of the golden file's windows. */
const contextLength = 8192

const exactItemSchema = z.object({
  row: z.number().int(),
  tokens: z.number().int().positive(),
  logProb: z.number(),
})

const exactRowSchema = z.object({
  row: z.number().int(),
  /** Of each token, little-endian float32 in base64. */
  logProbs: z.string(),
  /** Distance of transformers in float32, in nats: of the sum, by the root of the mean square, at most. */
  transformers: z.object({
    sum: z.number(),
    rms: z.number().positive(),
    largest: z.number().positive(),
  }),
})
export type ExactRow = z.infer<typeof exactRowSchema>

const goldenSchema = z.object({
  about: z.object({ checkpointSha256: z.string() }),
  items: z.array(exactItemSchema).min(1),
  rows: z.array(exactRowSchema).min(1),
})

async function float64Golden(projectRoot: string): Promise<z.infer<typeof goldenSchema>> {
  const path = join(projectRoot, 'scripts/verify/fixtures/lm-eval/wikitext2-float64.json')
  return goldenSchema.parse(JSON.parse(await readFile(path, 'utf8')))
}

export interface ExactDocument {
  /** Sum in float64, in nats. */
  readonly logProb: number
  /** Nats that roundings no larger than those of transformers explain. */
  readonly bound: number
}

/** Documents by their row. */
export async function exactDocuments(
  projectRoot: string,
): Promise<ReadonlyMap<number, ExactDocument>> {
  const { items, rows } = await float64Golden(projectRoot)
  const rms = Math.max(...rows.map(({ transformers }) => transformers.rms))
  return new Map(
    items.map(({ row, tokens, logProb }) => [row, { logProb, bound: documentBound(tokens, rms) }]),
  )
}

/** Nats that the log-likelihood of a document may be away from float64, if every token is rounded by `rms`. */
function documentBound(tokens: number, rms: number): number {
  return deviations * rms * Math.sqrt(tokens)
}

/** Every token of those of the first `documents` that the golden file has token by token. */
export function tokenByToken(documents: number): Check {
  return {
    title: `${smolLm2.title}, WikiText-2 token by token: as near to float64 as transformers in float32`,
    async run(context) {
      const { about, rows } = await float64Golden(context.projectRoot)
      const found = await findModel(context, smolLm2, about.checkpointSha256)
      if (found.kind === 'absent') return skipped(found.reason)
      const path = join(context.dataFolder, 'accuracy/wikitext2/wiki.test.raw.gz')
      if (!existsSync(path)) return skipped(`${path} is not there (folder: $ACTBENCH_DATA)`)
      const { samples } = await readSuite({ suiteId: 'wikitext2-documents', path, options: {} })
      const tokenizer = openTokenizer(openCheckpoint(found.path))
      const prefix = prefixToken(tokenizer)
      const reports = await withRunner(context, found.path, async (runner) => {
        const compared: RowReport[] = []
        for (const expected of rows.filter(({ row }) => row < documents)) {
          const text = samples[expected.row]?.prompt ?? ''
          const ids = tokenizer.encode(text, { addSpecial: true })
          const windows = rollingWindows(ids, { prefix, maxLength: contextLength })
          compared.push(compareTokens(expected, await scoreWindows(runner, windows)))
        }
        return compared
      })
      return judged(
        reports.map(({ figure }) => figure),
        firstOf(reports.flatMap(({ problems }) => problems)),
      )
    },
  }
}

async function scoreWindows(
  runner: CausalRunner,
  windows: ReturnType<typeof rollingWindows>,
): Promise<number[]> {
  const found: Float32Array[] = []
  for await (const { index, logProbs } of runner.score(windows, { batchSize: 1 })) {
    found[index] = logProbs
  }
  return found.flatMap((part) => [...part])
}

interface RowReport {
  readonly figure: string
  readonly problems: readonly string[]
}

/** `found` log-probabilities of the document's tokens in float32, in nats. */
export function compareTokens(expected: ExactRow, found: readonly number[]): RowReport {
  const exact = floats(expected.logProbs)
  const { row, transformers } = expected
  if (found.length !== exact.length) {
    const problem = `row ${row}: ${found.length} tokens instead of ${exact.length}`
    return { figure: problem, problems: [problem] }
  }
  const differences = found.map((value, at) => value - (exact[at] ?? NaN))
  const sum = differences.reduce((total, value) => total + value, 0)
  const squares = differences.reduce((total, value) => total + value * value, 0)
  const rms = Math.sqrt(squares / differences.length)
  const largest = differences.map(Math.abs).reduce(worse, 0)
  const bound = documentBound(found.length, rms)
  const rules: readonly (readonly [boolean, string])[] = [
    [largest <= tokenTolerance, `a token is ${short(largest)} nats away`],
    [rms <= transformers.rms, `rounded by ${short(rms)}, transformers by ${transformers.rms}`],
    [Math.abs(sum) <= bound, `the sum leans by ${short(sum)}, rounding explains ${short(bound)}`],
  ]
  return {
    figure:
      `document ${row}, ${found.length} tokens: ${short(rms)} nats a token (transformers ${short(transformers.rms)}), ` +
      `largest ${short(largest)} (${short(transformers.largest)}), sum ${short(sum)} (${short(transformers.sum)})`,
    problems: rules.filter(([holds]) => !holds).map(([, text]) => `row ${row}: ${text}`),
  }
}

function floats(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
}

function short(value: number): string {
  return value.toExponential(1)
}
