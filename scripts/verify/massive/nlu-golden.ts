/** What PyTorch gave for the embedded NLU model: a file by scripts/golden/make-nlu-golden.py. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'

const bytes = z.string().transform((text) => Buffer.from(text, 'base64'))

const localeSchema = z.object({
  intent: z.number(),
  slot_f1: z.number(),
  exact: z.number(),
  /** Indices of intents, one for each utterance. */
  predicted_intents: bytes,
  /** Indices of slots, one for each word, utterances end to end. */
  predicted_labels: bytes,
})
export type GoldenLocale = z.infer<typeof localeSchema>

const nluGoldenSchema = z.object({
  about: z.record(z.string(), z.string()),
  /** Of the model's file. */
  sha256: z.string(),
  intents: z.array(z.string()),
  slots: z.array(z.string()),
  /** Of utterances, in numerical order; the same in every locale. */
  ids: z.array(z.number().int()).min(1),
  locales: z.record(z.string(), localeSchema),
})
export type NluGolden = z.infer<typeof nluGoldenSchema>

export async function readNluGolden(projectRoot: string): Promise<NluGolden> {
  const path = join(projectRoot, 'scripts/verify/fixtures/massive/actbench-nlu.json.gz')
  return nluGoldenSchema.parse(JSON.parse(gunzipSync(await readFile(path)).toString('utf8')))
}

export function nluModelPath(projectRoot: string): string {
  return join(projectRoot, 'resources/models/actbench-nlu/actbench-nlu.gguf')
}
