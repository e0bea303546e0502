import { malformed } from '../checkpoint/malformed.ts'
import { template } from './gguf-framing.ts'
import { tokenType, type Vocabulary } from './gguf-vocabulary.ts'
import type { AddedTokenJson, TokenizerJson } from './source.ts'

/** Stands in GGUF files where BERT's vocabulary has nothing, at the start of a word, and nothing where that has `##`. */
const WORD_START = '\u2581'

/**
 * BERT's WordPiece (`tokenizer.ggml.model` `bert`), always between [CLS] and [SEP] as llama.cpp puts it. Throws `malformed-file`
 * when one of the two, or the unknown token, is not there.
 */
export function wordPieceJson(
  vocabulary: Vocabulary,
  addedTokens: readonly AddedTokenJson[],
): TokenizerJson {
  const find = (name: string, keys: readonly string[]) => findToken(vocabulary, { name, keys })
  const isCased = !isTrue(vocabulary, 'lowercase', !hasUpperCase(vocabulary))
  return {
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: isTrue(vocabulary, 'strip_accents', !isCased),
      lowercase: !isCased,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: template(
      [find('[CLS]', ['cls', 'bos'])],
      [find('[SEP]', ['seperator', 'eos'])],
    ),
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: find('[UNK]', ['unknown']),
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.tokens.map((token, id) => [bertText(token), id])),
    },
    added_tokens: addedTokens,
  }
}

function bertText(token: string): string {
  if (token.startsWith('[') && token.endsWith(']')) return token
  if (token.startsWith(WORD_START) && token !== WORD_START) return token.slice(WORD_START.length)
  return `##${token}`
}

function findToken(
  { file, metadata, tokens, ids }: Vocabulary,
  wanted: { readonly name: string; readonly keys: readonly string[] },
): string {
  for (const key of wanted.keys) {
    const id = metadata.get(`tokenizer.ggml.${key}_token_id`)
    if (typeof id === 'number') return tokens[id]
  }
  if (ids.has(wanted.name)) return wanted.name
  const field = `metadata tokenizer.ggml.${wanted.keys[0]}_token_id`
  const expected = `the id of ${wanted.name}, or a token of that name`
  throw malformed({ file, field, expected, found: 'neither' })
}

/** Files of newer converters say it; of older ones the vocabulary does: what is in lower case needs no capitals. */
function isTrue({ metadata }: Vocabulary, name: string, otherwise: boolean): boolean {
  const flag = metadata.get(`tokenizer.ggml.normalizer.${name}`)
  return typeof flag === 'boolean' ? flag : otherwise
}

function hasUpperCase({ tokens, types }: Vocabulary): boolean {
  return tokens.some(
    (token, id) =>
      types[id] === tokenType.normal && !token.startsWith('[') && token !== token.toLowerCase(),
  )
}
