/** What MASSIVE's own evaluation code gave for made-up predictions: files by scripts/golden/make-massive-golden.py. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'

const figuresSchema = z.object({
  /** A locale, or `all`. */
  part: z.string(),
  rows: z.number().int(),
  intent_acc: z.number(),
  intent_acc_stderr: z.number(),
  slot_micro_f1: z.number(),
  slot_micro_f1_stderr: z.number(),
  ex_match_acc: z.number(),
  ex_match_acc_stderr: z.number(),
  bySlot: z.record(z.string(), z.object({ f1: z.number(), gold: z.number().int() })).optional(),
})
export type GoldenFigures = z.infer<typeof figuresSchema>

const tokensSchema = z.object({ rows: z.number().int(), sha256: z.string() })

const goldenSchema = z.object({
  about: z.record(z.string(), z.string()),
  text: z.array(figuresSchema).min(1),
  encoder: z.array(figuresSchema).min(1),
  tokens: z.record(z.string(), z.record(z.enum(['train', 'dev', 'test']), tokensSchema)),
})

const outputSchema = z.object({
  locale: z.string(),
  id: z.string(),
  intent: z.string(),
  labels: z.array(z.string()),
  output: z.string(),
})
export type GoldenOutput = z.infer<typeof outputSchema>

const positionsSchema = z.object({
  locale: z.string(),
  id: z.string(),
  intent: z.string(),
  predictedIntent: z.string(),
  gold: z.array(z.number().int()),
  predicted: z.array(z.number().int()),
})
export type GoldenPositions = z.infer<typeof positionsSchema>

export async function massiveGolden(projectRoot: string) {
  const folder = join(projectRoot, 'scripts/verify/fixtures/massive')
  const lines = async <T>(name: string, schema: z.ZodType<T>): Promise<T[]> => {
    const text = gunzipSync(await readFile(join(folder, name))).toString('utf8')
    return text
      .trim()
      .split('\n')
      .map((line) => schema.parse(JSON.parse(line)))
  }
  return {
    ...goldenSchema.parse(JSON.parse(await readFile(join(folder, 'golden.json'), 'utf8'))),
    outputs: await lines('outputs.jsonl.gz', outputSchema),
    positions: await lines('positions.jsonl.gz', positionsSchema),
  }
}
