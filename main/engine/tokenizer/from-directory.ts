import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import { readJsonFile } from '../checkpoint/safetensors-directory.ts'
import type { Checkpoint } from '../checkpoint/types.ts'
import { endOfTurnTexts, type AddedTokenJson, type TokenizerSource } from './source.ts'

const addedTokenSchema = z.object({
  id: z.number().int().nonnegative(),
  content: z.string(),
  special: z.boolean().default(false),
  normalized: z.boolean().optional(),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  single_word: z.boolean().default(false),
})

const tokenizerSchema = z.object({
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.unknown().default(null),
  model: z.record(z.string(), z.unknown()),
  added_tokens: z.array(addedTokenSchema).default([]),
})

/** A special token is its text, or an object around its text. */
const tokenText = z.union([
  z.string(),
  z.object({ content: z.string() }).transform((t) => t.content),
])
const specialNames = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
] as const

const specialTokensSchema = z.object(
  Object.fromEntries(specialNames.map((name) => [name, tokenText.nullish().catch(null)])),
)
const configSchema = z.object({
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
  clean_up_tokenization_spaces: z.boolean().nullish(),
})
const ids = z.union([z.number().int(), z.array(z.number().int())]).nullish()
const endIdsSchema = z.object({ eos_token_id: ids.catch(null) })

/**
 * Reads the tokenizer files of a directory as transformers saves them. Throws `not-found` without a tokenizer.json,
 * `malformed-file` when a file is not what it should be.
 */
export function tokenizerFromDirectory(checkpoint: Checkpoint): TokenizerSource {
  const directory = checkpoint.path
  const file = join(directory, 'tokenizer.json')
  if (!existsSync(file)) throw missingTokenizer(directory)
  const json = readJsonFile(file, tokenizerSchema)
  const addedTokens = json.added_tokens.map((token) => ({
    ...token,
    normalized: token.normalized ?? !token.special,
  }))
  const config = readOptional(join(directory, 'tokenizer_config.json'), configSchema)
  const specialTokens = readSpecialTokens(directory)
  const idOf = createLookup(addedTokens, json.model)
  return {
    file,
    json: { ...json, added_tokens: addedTokens },
    bosId: idOf(specialTokens.bos_token) ?? null,
    eosIds: collectEndIds(checkpoint, { addedTokens, declared: idOf(specialTokens.eos_token) }),
    chatTemplate: readChatTemplate(directory, config?.chat_template),
    specialTokens,
    cleansUpSpaces: config?.clean_up_tokenization_spaces ?? false,
  }
}

function missingTokenizer(directory: string): ActbenchError {
  return new ActbenchError({
    code: 'not-found',
    message: `${directory} holds no tokenizer.json`,
    remedy:
      'Download it with the model. Where a model has only tokenizer.model, transformers writes it: ' +
      'AutoTokenizer.from_pretrained(folder).save_pretrained(folder).',
  })
}

function readOptional<T>(file: string, schema: z.ZodType<T>): T | null {
  return existsSync(file) ? readJsonFile(file, schema) : null
}

/** special_tokens_map.json is older than the same fields of tokenizer_config.json, which win. */
function readSpecialTokens(directory: string): Record<string, string> {
  const tokens: Record<string, string> = {}
  for (const name of ['special_tokens_map.json', 'tokenizer_config.json']) {
    const found = readOptional(join(directory, name), specialTokensSchema) ?? {}
    for (const [key, text] of Object.entries(found)) {
      if (typeof text === 'string') tokens[key] = text
    }
  }
  return tokens
}

/** The id of a token text: an added token's, or that of a word-piece or byte-pair vocabulary. */
function createLookup(
  addedTokens: readonly AddedTokenJson[],
  model: Readonly<Record<string, unknown>>,
): (text: string | undefined) => number | undefined {
  const added = new Map(addedTokens.map(({ content, id }) => [content, id]))
  return (text) => {
    if (text === undefined) return undefined
    const known = added.get(text)
    if (known !== undefined) return known
    const { vocab } = model
    if (Array.isArray(vocab)) {
      const index = vocab.findIndex((entry: unknown) => Array.isArray(entry) && entry[0] === text)
      return index < 0 ? undefined : index
    }
    const id = (vocab as Readonly<Record<string, unknown>> | undefined)?.[text]
    return typeof id === 'number' ? id : undefined
  }
}

function collectEndIds(
  checkpoint: Checkpoint,
  known: { readonly addedTokens: readonly AddedTokenJson[]; readonly declared: number | undefined },
): number[] {
  const generation = readOptional(join(checkpoint.path, 'generation_config.json'), endIdsSchema)
  const config = endIdsSchema.safeParse(checkpoint.config).data
  const ends = new Set<number>()
  for (const list of [generation?.eos_token_id, config?.eos_token_id, known.declared]) {
    for (const id of Array.isArray(list) ? list : [list]) {
      if (typeof id === 'number') ends.add(id)
    }
  }
  for (const { content, id, special } of known.addedTokens) {
    if (special && endOfTurnTexts.has(content)) ends.add(id)
  }
  return [...ends]
}

/** A file of its own since transformers 4.52; before, a field, which may list several by name. */
function readChatTemplate(
  directory: string,
  field:
    string | readonly { readonly name: string; readonly template: string }[] | null | undefined,
): string | null {
  const file = join(directory, 'chat_template.jinja')
  if (existsSync(file)) return readFileSync(file, 'utf8')
  if (field === null || field === undefined || typeof field === 'string') return field ?? null
  return field.find(({ name }) => name === 'default')?.template ?? null
}
