/**
 * `tokenizer.ggml.pre` names how text is cut before byte-pair encoding. The regular expressions are those of the
 * models' own tokenizer.json, which llama.cpp (`llama-vocab.cpp`) repeats under these names; `default` is llama.cpp's.
 */

export interface PreTokenizerRecipe {
  /** Applied one after the other, each to the pieces that the one before left; what does not match stays a piece. */
  readonly patterns: readonly string[]
  /** Text is put into Unicode form NFC first. */
  readonly isNormalized: boolean
  /** A piece that is a token as a whole is taken whole, whatever the merges say. */
  readonly ignoresMerges: boolean
  /** A BOS is put before text unless `tokenizer.ggml.add_bos_token` says otherwise. */
  readonly addsBos: boolean
}

const gpt2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
const oneDigit = String.raw`\p{N}`

/** The expression of GPT-4's family; `digits` is how many digits may stay together. */
function gpt4(digits: string): string {
  return String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
}

const plain = { isNormalized: false, ignoresMerges: false, addsBos: false } as const
const llama3: PreTokenizerRecipe = {
  patterns: [gpt4(String.raw`\p{N}{1,3}`)],
  isNormalized: false,
  ignoresMerges: true,
  addsBos: true,
}
const qwen2: PreTokenizerRecipe = { ...plain, patterns: [gpt4(oneDigit)], isNormalized: true }

export const preTokenizerRecipes: ReadonlyMap<string, PreTokenizerRecipe> = new Map([
  ['gpt-2', { ...plain, patterns: [gpt2] }],
  ['smollm', { ...plain, patterns: [oneDigit, gpt2] }],
  ['qwen2', qwen2],
  ['deepseek-r1-qwen', { ...qwen2, isNormalized: false }],
  ['llama-bpe', llama3],
  ['llama3', llama3],
  ['llama-v3', llama3],
  [
    'default',
    {
      ...plain,
      patterns: [
        String.raw`[\p{P}\$\+<=>\^~\|]+`,
        gpt2,
        String.raw`\p{N}+`,
        String.raw`[0-9][0-9][0-9]`,
      ],
    },
  ],
])
