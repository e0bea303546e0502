/** What lm-evaluation-harness gave for some rows of a task: golden files by scripts/golden/make-lm-eval-golden.py. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const choiceItemSchema = z.object({
  row: z.number().int(),
  contextHash: z.string(),
  continuationsHash: z.string(),
  logProbs: z.array(z.number()),
  isGreedy: z.array(z.boolean()),
  acc: z.number(),
  accNorm: z.number().optional(),
})
export type ChoiceItem = z.infer<typeof choiceItemSchema>

const documentItemSchema = z.object({
  row: z.number().int(),
  contextHash: z.string(),
  logProb: z.number(),
  words: z.number().int(),
  bytes: z.number().int(),
})
export type DocumentItem = z.infer<typeof documentItemSchema>

const answerItemSchema = z.object({
  row: z.number().int(),
  contextHash: z.string(),
  answer: z.string(),
  strict: z.number(),
  flexible: z.number(),
})
export type AnswerItem = z.infer<typeof answerItemSchema>

const aboutSchema = z.object({
  lmEval: z.string(),
  checkpointSha256: z.string(),
  device: z.string(),
  seconds: z.number(),
})

export type About = z.infer<typeof aboutSchema>

function goldenSchema<T extends z.ZodType>(item: T) {
  return z.object({ about: aboutSchema, dataSha256: z.string(), items: z.array(item).min(1) })
}

export type ChoiceTask = 'arc-easy' | 'hellaswag' | 'mmlu' | 'winogrande'

export async function choiceGolden(projectRoot: string, task: ChoiceTask) {
  return goldenSchema(choiceItemSchema).parse(await goldenJson(projectRoot, task))
}

export async function documentGolden(projectRoot: string) {
  return goldenSchema(documentItemSchema).parse(
    await goldenJson(projectRoot, 'wikitext2-documents'),
  )
}

export async function answerGolden(projectRoot: string) {
  return goldenSchema(answerItemSchema).parse(await goldenJson(projectRoot, 'gsm8k'))
}

async function goldenJson(projectRoot: string, task: string): Promise<unknown> {
  const path = join(projectRoot, 'scripts/verify/fixtures/lm-eval', `${task}.json`)
  return JSON.parse(await readFile(path, 'utf8'))
}
