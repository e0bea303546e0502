/** Our one interface over tokenizer libraries. */

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** A piece of text; special tokens written in it are recognised only with `parseSpecial`. */
export interface TextPart {
  readonly text: string
  readonly parseSpecial: boolean
}

/** An utterance of words, encoded. */
export interface EncodedWords {
  /** With what the checkpoint's post-processor puts around a text. */
  readonly ids: number[]
  /** For each word the index in `ids` of its first token; null where it has none: normalised away, or cut off. */
  readonly wordStarts: (number | null)[]
}

export interface Tokenizer {
  readonly vocabSize: number
  readonly bosId: number | null
  /** Ids that end an answer: end of sequence, end of turn. */
  readonly eosIds: readonly number[]
  /** Jinja source of the chat template; null for a base model. */
  readonly chatTemplate: string | null
  /**
   * Token ids of `text`. `addSpecial` adds what the checkpoint's post-processor adds (a BOS, say); a rendered chat
   * template already holds its own, so prompts from `renderChat` are encoded with `addSpecial: false`.
   * Special tokens written in `text` are recognised only with `parseSpecial: true` (templates, not user text).
   */
  encode(text: string, options: { addSpecial: boolean; parseSpecial?: boolean }): number[]
  /**
   * Token ids of the parts joined together, without what the post-processor adds. Borders between parts leave no trace:
   * the ids are those of the whole text, except that a special token counts only where it lies inside a part with
   * `parseSpecial`.
   */
  encodeParts(parts: readonly TextPart[]): number[]
  /**
   * Token ids of words that were split before (transformers' `is_split_into_words`): each is a text of its own, special
   * tokens written in it stay text. More than `maxTokens` ids (what is put around the text counts) are cut off.
   */
  encodeWords(words: readonly string[], options?: { maxTokens?: number }): EncodedWords
  /** Text of `ids`; special tokens are left out unless `keepSpecial`. */
  decode(ids: readonly number[], options?: { keepSpecial?: boolean }): string
  /** The prompt text of a conversation by the model's own template, generation prompt added. Throws `unsupported` without one. */
  renderChat(messages: readonly ChatMessage[]): string
}
