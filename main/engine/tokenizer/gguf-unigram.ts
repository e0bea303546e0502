import { framing } from './gguf-framing.ts'
import { readNumbers, requireLength, tokenType, type Vocabulary } from './gguf-vocabulary.ts'
import { addedToken, type AddedTokenJson, type TokenizerJson } from './source.ts'

const SPACE = '\u2581'

/**
 * SentencePiece's unigram model (`tokenizer.ggml.model` `t5`), the one of T5 and of XLM-R, which is `general.architecture` `bert`
 * and stands between <s> and </s>. T5 only ends with </s>.
 */
export function unigramJson(
  vocabulary: Vocabulary,
  addedTokens: readonly AddedTokenJson[],
): TokenizerJson {
  const { metadata, tokens, types } = vocabulary
  const isBert = metadata.get('general.architecture') === 'bert'
  const unknown = types.indexOf(tokenType.unknown)
  const scheme = metadata.get('tokenizer.ggml.add_space_prefix') === false ? 'never' : 'always'
  const metaspace = {
    type: 'Metaspace',
    replacement: SPACE,
    prepend_scheme: scheme,
    split: true,
  }
  // The tokenizer.json of both families splits at white space, which drops what is too much of it.
  const dropsSpaces = isBert || metadata.get('tokenizer.ggml.remove_extra_whitespaces') !== false
  return {
    normalizer: charsmapNormalizer(vocabulary),
    pre_tokenizer: dropsSpaces
      ? { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] }
      : metaspace,
    post_processor: framing(vocabulary, { addsBos: isBert, addsEos: true }),
    decoder: metaspace,
    model: {
      type: 'Unigram',
      unk_id: unknown < 0 ? null : unknown,
      byte_fallback: types.includes(tokenType.byte),
      vocab: pieces(vocabulary),
    },
    added_tokens: [...addedTokens, ...hidden(tokens, types)],
  }
}

/** Rows that pad the embedding have a score far below all others, which would make unknown text as unlikely. */
function pieces(vocabulary: Vocabulary): [string, number][] {
  const { file, metadata, tokens, types } = vocabulary
  const scores = readNumbers(file, metadata, 'tokenizer.ggml.scores')
  const lengths = { expected: tokens.length, found: scores.length }
  requireLength(file, 'tokenizer.ggml.scores', lengths)
  return tokens.map((token, id) => [token, types[id] === tokenType.unused ? 0 : scores[id]])
}

/** Unused rows are no tokens: declared special, no text gives them. */
function hidden(tokens: readonly string[], types: readonly number[]): AddedTokenJson[] {
  return tokens.flatMap((content, id) =>
    types[id] === tokenType.unused && content !== ''
      ? [addedToken({ id, content, special: true })]
      : [],
  )
}

function charsmapNormalizer({ file, metadata }: Vocabulary): unknown {
  const key = 'tokenizer.ggml.precompiled_charsmap'
  if (!metadata.has(key)) return null
  // Signed or unsigned bytes, by the converter.
  const bytes = Uint8Array.from(readNumbers(file, metadata, key))
  return { type: 'Precompiled', precompiled_charsmap: Buffer.from(bytes).toString('base64') }
}
