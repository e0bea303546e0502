/** adapter_config.json as the library PEFT writes it, and what of it we compute. */
import { z } from 'zod'
import { malformed } from '../checkpoint/malformed.ts'
import { readJsonFile } from '../checkpoint/safetensors-directory.ts'

const patternSchema = z.record(z.string(), z.number().positive())

const configSchema = z.looseObject({
  peft_type: z.string(),
  r: z.number().int().positive(),
  lora_alpha: z.number(),
  base_model_name_or_path: z.string().nullish(),
  use_rslora: z.boolean().nullish(),
  rank_pattern: patternSchema.nullish(),
  alpha_pattern: patternSchema.nullish(),
})

export interface PeftConfig {
  /** Rank and alpha of modules that no pattern names. */
  readonly rank: number
  readonly alpha: number
  readonly baseModel: string | null
  /** Rank and scale of a module, by its full name without `base_model.model.` */
  readonly ofModule: (name: string) => { readonly rank: number; readonly scale: number }
  /** One sentence for each setting that we would compute wrongly. */
  readonly unsupported: readonly string[]
}

/** Throws `malformed-file` naming the field. Settings that we do not compute are listed, not thrown. */
export function readPeftConfig(file: string): PeftConfig {
  const config = readJsonFile(file, configSchema)
  if (config.peft_type !== 'LORA') {
    return {
      rank: config.r,
      alpha: config.lora_alpha,
      baseModel: config.base_model_name_or_path ?? null,
      ofModule: () => ({ rank: config.r, scale: 0 }),
      unsupported: [`The adapter is of type ${config.peft_type}; only LORA is supported.`],
    }
  }
  const ranks = config.rank_pattern ?? {}
  const alphas = config.alpha_pattern ?? {}
  const ofModule = (name: string) => {
    const rank = byPattern(ranks, name) ?? config.r
    if (!Number.isInteger(rank)) {
      const found = String(rank)
      throw malformed({ file, field: 'rank_pattern', expected: 'whole numbers', found })
    }
    const alpha = byPattern(alphas, name) ?? config.lora_alpha
    return { rank, scale: alpha / (config.use_rslora === true ? Math.sqrt(rank) : rank) }
  }
  return {
    rank: config.r,
    alpha: config.lora_alpha,
    baseModel: config.base_model_name_or_path ?? null,
    ofModule,
    unsupported: [...refusedSettings(config), ...refusedPatterns({ ...ranks, ...alphas })],
  }
}

/**
 * PEFT reads a pattern's key as a regular expression that must match the end of a module's name after a dot. Plain names
 * are all that it writes itself, and all that we read: an expression from a file could run for ever.
 */
const plainPattern = /^\^?[\w.]+$/

function byPattern(patterns: Readonly<Record<string, number>>, name: string): number | undefined {
  const found = Object.entries(patterns).find(([key]) =>
    key.startsWith('^') ? name === key.slice(1) : name === key || name.endsWith(`.${key}`),
  )
  return found?.[1]
}

function refusedPatterns(patterns: Readonly<Record<string, number>>): string[] {
  return Object.keys(patterns)
    .filter((key) => !plainPattern.test(key))
    .map((key) => `rank_pattern and alpha_pattern: only plain names are read, not ${clip(key)}.`)
}

/** Initialisations that leave the base weights as they are; others subtract something from them. */
const plainInitialisations: readonly unknown[] = [true, false, 'gaussian', 'eva', 'orthogonal']

interface Refusal {
  readonly field: string
  readonly isFine: (value: unknown) => boolean
  readonly because: string
}

const isOff = (value: unknown) =>
  value === false || (Array.isArray(value) && value.length === 0) || isEmptyObject(value)

const refusals: readonly Refusal[] = [
  {
    field: 'bias',
    isFine: (value) => value === 'none',
    because: 'trained biases are not read',
  },
  { field: 'use_dora', isFine: isOff, because: 'DoRA also rescales the rows of the weights' },
  { field: 'lora_bias', isFine: isOff, because: 'biases of B are not read' },
  {
    field: 'fan_in_fan_out',
    isFine: isOff,
    because: 'the matrices are stored the other way round',
  },
  { field: 'modules_to_save', isFine: isOff, because: 'whole replaced modules are not read' },
  { field: 'trainable_token_indices', isFine: isOff, because: 'changed embeddings are not read' },
  { field: 'target_parameters', isFine: isOff, because: 'only linear layers are changed' },
  { field: 'layer_replication', isFine: isOff, because: 'the layers are repeated' },
  {
    field: 'alora_invocation_tokens',
    isFine: isOff,
    because: 'the adapter acts only after certain tokens, and cannot be merged',
  },
  { field: 'use_qalora', isFine: isOff, because: 'its A acts on sums over groups of inputs' },
  { field: 'use_bdlora', isFine: isOff, because: 'its matrices are blocks of a diagonal' },
  { field: 'arrow_config', isFine: isOff, because: 'it chooses between adapters for each token' },
  { field: 'kasa_config', isFine: isOff, because: 'the base weights have to be changed first' },
  { field: 'megatron_config', isFine: isOff, because: 'its layers are laid out differently' },
  {
    field: 'init_lora_weights',
    isFine: (value) => plainInitialisations.includes(value),
    because: 'such an adapter belongs to base weights that were changed when it was made',
  },
]

function refusedSettings(config: Readonly<Record<string, unknown>>): string[] {
  return refusals.flatMap(({ field, isFine, because }) => {
    const value = config[field]
    if (value === undefined || value === null || isFine(value)) return []
    return [`${field} is ${clip(JSON.stringify(value))}: ${because}.`]
  })
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
