/** What a tokenizer is made of, whichever file it came from. */

export interface AddedTokenJson {
  readonly id: number
  readonly content: string
  readonly special: boolean
  readonly normalized: boolean
  readonly lstrip: boolean
  readonly rstrip: boolean
  readonly single_word: boolean
}

/** A token that stands for itself wherever it is written: no normalisation, no spaces taken with it. */
export function addedToken(
  token: Pick<AddedTokenJson, 'id' | 'content' | 'special'>,
): AddedTokenJson {
  return { ...token, normalized: false, lstrip: false, rstrip: false, single_word: false }
}

/** The content of a tokenizer.json (Hugging Face tokenizers), as far as we look into it. */
export interface TokenizerJson {
  readonly normalizer: unknown
  readonly pre_tokenizer: unknown
  readonly post_processor: unknown
  readonly decoder: unknown
  readonly model: Readonly<Record<string, unknown>>
  readonly added_tokens: readonly AddedTokenJson[]
}

export interface TokenizerSource {
  /** The file that the tokenizer was read from, for messages. */
  readonly file: string
  readonly json: TokenizerJson
  readonly bosId: number | null
  readonly eosIds: readonly number[]
  readonly chatTemplate: string | null
  /** Texts of the special tokens by the names that templates use: `bos_token`, `eos_token`, ... */
  readonly specialTokens: Readonly<Record<string, string>>
  /** Undo the spaces before punctuation that old word-piece vocabularies leave (`clean_up_tokenization_spaces`). */
  readonly cleansUpSpaces: boolean
}

/**
 * Texts of tokens that end a turn in the chat formats of known model families. A checkpoint often declares only one end
 * id although its model writes either.
 */
export const endOfTurnTexts: ReadonlySet<string> = new Set([
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|im_end|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end|>',
  '<|return|>',
  '<|end_of_turn|>',
  '<end_of_turn>',
  '<turn|>',
  '<end_of_utterance>',
  '<EOT>',
])
